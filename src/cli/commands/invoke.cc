#include "cli/commands/commands.h"
#include "cli/session.h"
#include "files/helpers.h"
#include "files/posix_file_system.h"

namespace millrace::cli {
namespace {

class Invoke final : public Command {
  public:
    [[nodiscard]] const char* name() const override { return "invoke"; }
    [[nodiscard]] const char* summary() const override { return "call a function and print what it returns"; }
    [[nodiscard]] const char* examples() const override {
        return "  millrace invoke hello --payload '{\"name\": \"mill\"}'\n"
               "  millrace invoke hello --payload-file event.json --log\n"
               "  millrace invoke hello --async";
    }
    void declare(Arguments& arguments) override {
        arguments.positional("FUNCTION", function_, "its name or ARN");
        arguments.option("--payload", "JSON", payload_, "the event; else {}");
        arguments.option("--payload-file", "FILE", payload_file_, "a file with the event");
        arguments.flag("--async", async_, "do not wait for the answer");
        arguments.flag("--log", log_, "print the end of what it logged, on stderr");
    }
    int run(Session& session) override {
        if (payload_ && payload_file_) return session.fail("--payload and --payload-file exclude each other");
        std::string payload = payload_.value_or("{}");
        if (payload_file_) {
            files::PosixFileSystem files;
            auto text = files::read_file(files, *payload_file_);
            if (!text) return session.fail(text.error());
            payload = std::move(*text);
        }
        const auto invocation = session.api.invoke(function_, std::move(payload), async_, log_ && !async_);
        if (!invocation) return session.fail(invocation.error());
        if (session.options.json) return show_json(session, *invocation);
        if (!invocation->log_tail.empty()) std::fprintf(stderr, "%s", invocation->log_tail.c_str());
        if (!invocation->payload.empty()) session.console.line(invocation->payload);
        if (async_) session.console.line("accepted");
        if (invocation->function_error.empty()) return 0;
        return session.fail("the function failed (" + invocation->function_error + ")");
    }

  private:
    static int show_json(Session& session, const Api::Invocation& invocation) {
        codec::JsonObject object;
        auto payload = codec::parse_json(invocation.payload);
        object["Payload"] = payload ? std::move(*payload) : codec::Json(invocation.payload);
        if (!invocation.function_error.empty()) object["FunctionError"] = invocation.function_error;
        if (!invocation.log_tail.empty()) object["LogResult"] = invocation.log_tail;
        session.console.line(codec::to_json(object));
        return invocation.function_error.empty() ? 0 : 1;
    }

    std::string function_;
    std::optional<std::string> payload_;
    std::optional<std::string> payload_file_;
    bool async_ = false;
    bool log_ = false;
};

}  // namespace

std::unique_ptr<Command> make_invoke() {
    return std::make_unique<Invoke>();
}

}  // namespace millrace::cli
