#include "cli/commands/commands.h"
#include "cli/deployment.h"

namespace millrace::cli {
namespace {

class Destroy final : public Command {
  public:
    [[nodiscard]] const char* name() const override { return "destroy"; }
    [[nodiscard]] const char* summary() const override { return "delete a stack and all its resources"; }
    [[nodiscard]] const char* examples() const override { return "  millrace destroy events"; }
    void declare(Arguments& arguments) override { arguments.positional("STACK", stack_, "its name or id"); }
    int run(Session& session) override { return destroy(session, stack_); }

  private:
    std::string stack_;
};

}  // namespace

std::unique_ptr<Command> make_destroy() {
    return std::make_unique<Destroy>();
}

}  // namespace millrace::cli
