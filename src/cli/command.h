#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <vector>

namespace CLI {
class App;
}

namespace millrace::cli {

struct Session;
struct SessionOptions;

/// What a command takes, told to the command line parser. The variables are filled before run(); they must
/// live until then. Flags are "--name" or "-n,--name".
class Arguments {
  public:
    explicit Arguments(CLI::App& command) : command_(command) {}

    void positional(const char* name, std::string& value, const char* help);
    void optional_positional(const char* name, std::string& value, const char* help);
    void option(const char* flags, const char* type, std::string& value, const char* help);
    void option(const char* flags, const char* type, std::optional<std::string>& value, const char* help);
    /// May be given more than once, each time with one value.
    void repeated(const char* flags, const char* type, std::vector<std::string>& values, const char* help);
    void port(const char* flags, std::uint16_t& value, const char* help);
    /// From 1 to max; a value of 0 before means that there is no default.
    void number(const char* flags, std::size_t& value, std::size_t max, const char* help);
    void flag(const char* flags, bool& value, const char* help);

  private:
    CLI::App& command_;
};

/// One command of the program: a file in commands/.
class Command {
  public:
    virtual ~Command() = default;
    [[nodiscard]] virtual const char* name() const = 0;
    [[nodiscard]] virtual const char* summary() const = 0;
    /// Lines to copy, for --help.
    [[nodiscard]] virtual const char* examples() const = 0;
    /// What it does depends on --region.
    [[nodiscard]] virtual bool has_region() const { return true; }
    virtual void declare(Arguments& arguments) = 0;
    /// Where the arguments say more of the server than the flags of all commands.
    virtual void adjust(SessionOptions&) const {}
    /// Returns the exit status; failures are said through the session.
    virtual int run(Session& session) = 0;
};

}  // namespace millrace::cli
