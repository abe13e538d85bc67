#include "cli/commands/commands.h"
#include "cli/session.h"
#include "cli/stack.h"
#include "cli/stack_view.h"

namespace millrace::cli {
namespace {

using codec::Json;

class Status final : public Command {
  public:
    [[nodiscard]] const char* name() const override { return "status"; }
    [[nodiscard]] const char* summary() const override {
        return "show a stack, its resources and outputs, or all stacks";
    }
    [[nodiscard]] const char* examples() const override {
        return "  millrace status\n"
               "  millrace status events\n"
               "  millrace status events --json | jq -r '.Outputs[].OutputValue'";
    }
    void declare(Arguments& arguments) override {
        arguments.optional_positional("STACK", stack_, "its name or id");
    }
    int run(Session& session) override { return stack_.empty() ? show_all(session) : show_one(session); }

  private:
    int show_one(Session& session) {
        auto stack = find_stack(session.api, stack_);
        if (!stack) return session.fail(stack.error());
        const auto resources = list_resources(session.api, stack_);
        if (!resources) return session.fail(resources.error());
        if (session.options.json) {
            if (auto* members = stack->if_object()) (*members)["Resources"] = *resources;
            session.console.line(codec::to_json(*stack));
            return 0;
        }
        const std::string status = text_at(*stack, "StackStatus");
        session.console.line(session.console.paint(Colour::kBold, text_at(*stack, "StackName")) + "  " +
                             session.console.paint(colour_of_status(status), status));
        show_resources(session.console, *resources);
        show_outputs(session.console, *stack);
        return 0;
    }

    static int show_all(Session& session) {
        const auto stacks = list_stacks(session.api);
        if (!stacks) return session.fail(stacks.error());
        if (session.options.json) {
            session.console.line(codec::to_json(Json(*stacks)));
            return 0;
        }
        if (stacks->empty()) {
            session.console.line("no stacks; millrace deploy TEMPLATE makes one");
            return 0;
        }
        std::vector<std::vector<std::string>> rows{{"STACK", "STATUS", "CREATED", "DESCRIPTION"}};
        for (const Json& stack : *stacks) {
            rows.push_back({text_at(stack, "StackName"), text_at(stack, "StackStatus"),
                            text_at(stack, "CreationTime"), text_at(stack, "TemplateDescription")});
        }
        session.console.table(rows);
        return 0;
    }

    std::string stack_;
};

}  // namespace

std::unique_ptr<Command> make_status() {
    return std::make_unique<Status>();
}

}  // namespace millrace::cli
