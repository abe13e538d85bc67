
#include "cli/commands/commands.h"
#include "cli/session.h"
#include "cli/stream_event.h"
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
               "  millrace invoke hello --async\n"
               "  millrace invoke hello --event-from events/shardId-000000000000/4966... --count 3";
    }
    void declare(Arguments& arguments) override {
        arguments.positional("FUNCTION", function_, "its name or ARN");
        arguments.option("--payload", "JSON", payload_, "the event; default {}");
        arguments.option("--payload-file", "FILE", payload_file_, "a file with the event");
        arguments.repeated("--event-from", "STREAM/SHARD/SEQUENCE", places_,
                           "the event is this record, as a mapping would hand it over; implies --log");
        arguments.number("--count", count_, kEventRecordsMax,
                         "with --event-from: this many records, starting there");
        arguments.flag("--async", async_, "do not wait for the answer");
        arguments.flag("--log", log_, "print the end of what it logged, on stderr");
    }
    int run(Session& session) override {
        if (int(payload_.has_value()) + int(payload_file_.has_value()) + int(!places_.empty()) > 1)
            return session.misused("--payload, --payload-file and --event-from exclude each other");
        if (count_ != 0 && places_.size() != 1)
            return session.misused("--count needs exactly one --event-from");
        if (async_ && log_) return session.misused("--log shows nothing of a call that is not waited for");
        auto payload = make_payload(session);
        if (!payload) return payload.error();
        log_ |= !places_.empty();
        const auto invocation = session.api.invoke(function_, std::move(*payload), async_, log_ && !async_);
        if (!invocation) return session.fail(invocation.error());
        if (session.options.json) return show_json(session, *invocation);
        if (!invocation->log_tail.empty()) std::fprintf(stderr, "%s", invocation->log_tail.c_str());
        if (!invocation->payload.empty()) session.console.line(invocation->payload);
        if (async_) session.console.line("accepted");
        if (invocation->function_error.empty()) return 0;
        return session.fail("the function failed (" + invocation->function_error + ")");
    }

  private:
    /// Or the exit status.
    std::expected<std::string, int> make_payload(Session& session) {
        if (!places_.empty()) return make_event(session);
        if (!payload_file_) return payload_.value_or("{}");
        files::PosixFileSystem files;
        auto text = files::read_file(files, *payload_file_);
        if (!text) return std::unexpected(session.fail(text.error()));
        return std::move(*text);
    }

    std::expected<std::string, int> make_event(Session& session) {
        std::vector<RecordPlace> places;
        for (const std::string& text : places_) {
            auto place = parse_record_place(text);
            if (!place) return std::unexpected(session.misused("--event-from: " + place.error().message));
            places.push_back(std::move(*place));
        }
        auto event = make_stream_event(session.api, function_, places, std::max<std::size_t>(count_, 1));
        if (!event) return std::unexpected(session.fail(event.error()));
        return std::move(*event);
    }

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
    std::vector<std::string> places_;
    std::size_t count_ = 0;  ///< 0: not given
    bool async_ = false;
    bool log_ = false;
};

}  // namespace

std::unique_ptr<Command> make_invoke() {
    return std::make_unique<Invoke>();
}

}  // namespace millrace::cli
