#include "cli/commands/commands.h"
#include "cli/session.h"

namespace millrace::cli {
namespace {

using codec::JsonObject;

class Env final : public Command {
  public:
    [[nodiscard]] const char* name() const override { return "env"; }
    [[nodiscard]] const char* summary() const override {
        return "print the variables that point AWS's tools at the server";
    }
    [[nodiscard]] const char* examples() const override {
        return "  eval \"$(millrace env)\"\n"
               "  eval \"$(millrace env --port 4567)\" && aws kinesis list-streams\n"
               "The credentials are for tests only. An access key of twelve digits names an account; any "
               "other\n"
               "stands for the server's own (serve --account-id).";
    }
    void declare(Arguments& arguments) override {
        arguments.port("--port", port_, "the port of a server on this machine, in place of --endpoint-url");
    }
    void adjust(SessionOptions& options) const override {
        if (port_ != 0) options.endpoint_url = "http://127.0.0.1:" + std::to_string(port_);
    }
    int run(Session& session) override {
        const std::vector<std::pair<std::string, std::string>> variables{
            {"AWS_ENDPOINT_URL", session.options.endpoint_url},
            {"AWS_REGION", session.options.region},
            {"AWS_DEFAULT_REGION", session.options.region},
            {"AWS_ACCESS_KEY_ID", "test"},
            {"AWS_SECRET_ACCESS_KEY", "test"},
        };
        JsonObject object;
        for (const auto& [name, value] : variables) {
            object[name] = value;
            if (!session.options.json) session.console.line("export " + name + "=" + quoted(value));
        }
        if (session.options.json) session.console.line(codec::to_json(object));
        return 0;
    }

  private:
    /// For the shell: what it could take apart stands in quotes.
    static std::string quoted(const std::string& value) {
        constexpr std::string_view kPlain =
            "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-_./:";
        if (!value.empty() && value.find_first_not_of(kPlain) == std::string::npos) return value;
        std::string result = "'";
        for (const char c : value) result += c == '\'' ? std::string("'\\''") : std::string(1, c);
        return result + "'";
    }

    std::uint16_t port_ = 0;
};

}  // namespace

std::unique_ptr<Command> make_env() {
    return std::make_unique<Env>();
}

}  // namespace millrace::cli
