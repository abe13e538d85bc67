#include <set>
#include <thread>

#include "cli/commands/commands.h"
#include "cli/history_options.h"
#include "cli/session.h"

namespace millrace::cli {
namespace {

using codec::Json;
using codec::JsonObject;

constexpr Milliseconds kPollEvery{250};

class Logs final : public Command {
  public:
    [[nodiscard]] const char* name() const override { return "logs"; }
    [[nodiscard]] const char* summary() const override { return "print what a function logged"; }
    [[nodiscard]] const char* examples() const override {
        return "  millrace logs forwarder\n"
               "  millrace logs forwarder --follow --since 5m";
    }
    void declare(Arguments& arguments) override {
        arguments.positional("FUNCTION", function_, "its name");
        history_.declare(arguments);
    }
    int run(Session& session) override {
        const auto from = history_.from(SystemClock().now());
        if (!from) return session.misused(from.error().message);
        if (*from) from_millis_ = to_millis(**from);
        for (;;) {
            const auto shown = show_new(session);
            // A group appears with the first line.
            const bool missing = !shown && shown.error().code == "ResourceNotFoundException";
            if (!shown && !missing) return session.fail(shown.error());
            if (missing && !history_.follow)
                return session.fail("function " + function_ + " has logged nothing yet, or does not exist");
            session.console.flush();
            if (!history_.follow) return 0;
            std::this_thread::sleep_for(kPollEvery);
        }
    }

  private:
    Answer<void> show_new(Session& session) {
        std::string token;
        do {
            JsonObject input{{"logGroupName", "/aws/lambda/" + function_}, {"startTime", from_millis_}};
            if (!token.empty()) input["nextToken"] = token;
            const auto answer = session.api.logs("FilterLogEvents", input);
            if (!answer) return std::unexpected(answer.error());
            for (const Json& event : list_at(*answer, "events")) show(session, event);
            token = text_at(*answer, "nextToken");
        } while (!token.empty());
        return {};
    }

    void show(Session& session, const Json& event) {
        const Json* stamp = event.is_object() ? event.get_object().if_contains("timestamp") : nullptr;
        const std::int64_t millis = stamp && stamp->is_int64() ? stamp->get_int64() : 0;
        // The next look begins with this millisecond, so that what comes late in it is not missed.
        if (millis > from_millis_) {
            from_millis_ = millis;
            shown_in_last_.clear();
        }
        if (millis == from_millis_ && !shown_in_last_.insert(text_at(event, "eventId")).second) return;
        if (session.options.json) return session.console.line(codec::to_json(event));
        std::string message = text_at(event, "message");
        while (message.ends_with('\n')) message.pop_back();
        session.console.line(session.console.paint(Colour::kDim, clock_time(from_millis(millis))) + "  " +
                             message);
    }

    std::string function_;
    HistoryOptions history_;
    std::int64_t from_millis_ = 0;
    std::set<std::string> shown_in_last_;  ///< ids of events of the millisecond from_millis_
};

}  // namespace

std::unique_ptr<Command> make_logs() {
    return std::make_unique<Logs>();
}

}  // namespace millrace::cli
