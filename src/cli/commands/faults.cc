#include "cli/commands/commands.h"
#include "cli/session.h"

namespace millrace::cli {
namespace {

using codec::Json;
using codec::JsonArray;
using codec::JsonObject;

/// The path and the header's value.
constexpr const char* kFaults = "faults";

class FaultsCommand final : public Command {
  public:
    [[nodiscard]] const char* name() const override { return kFaults; }
    [[nodiscard]] const char* summary() const override {
        return "list, set or clear calls that fail on purpose";
    }
    [[nodiscard]] const char* examples() const override {
        return "  millrace faults                                                        # how often each "
               "struck\n"
               "  millrace faults --set 'kinesis:PutRecords stream=orders throttle=10% seed=7'\n"
               "  millrace faults --add 'sqs:SendMessageBatch queue=jobs fail-entries=5%'\n"
               "  millrace faults --add 'lambda:Invoke function=thumbs delay=200ms@50%'\n"
               "  millrace faults --add 'sqs:SendMessage lose-reply=100% after=2 times=1'\n"
               "  millrace faults --clear\n"
               "A fault is SERVICE:OPERATION (or SERVICE:*), at most one of stream=, queue=, function=, one "
               "effect\n"
               "(throttle=, fail=, unavailable=, drop=, lose-reply=, throttle-entries=, fail-entries= with a "
               "share;\n"
               "delay=TIME or delay=TIME@SHARE), and seed=, after=, times= if wanted: docs/faults.md.";
    }
    [[nodiscard]] bool has_region() const override { return false; }
    void declare(Arguments& arguments) override {
        arguments.repeated("--set", "FAULT", set_, "replace all faults; may be repeated");
        arguments.repeated("--add", "FAULT", add_, "add to the faults set; may be repeated");
        arguments.flag("--clear", clear_, "remove all faults");
    }
    int run(Session& session) override {
        const int changes = (set_.empty() ? 0 : 1) + (add_.empty() ? 0 : 1) + (clear_ ? 1 : 0);
        if (changes > 1) return session.misused("--set, --add and --clear exclude each other");
        const char* method = "GET";
        if (!set_.empty()) method = "PUT";
        if (!add_.empty()) method = "POST";
        if (clear_) method = "DELETE";
        const auto answer = session.api.millrace(kFaults, method, kFaults, body());
        if (!answer) return session.fail(answer.error());
        if (session.options.json) {
            session.console.line(codec::to_json(*answer));
        } else {
            show(session, list_at(*answer, kFaults));
        }
        return 0;
    }

  private:
    [[nodiscard]] std::string body() const {
        const auto& texts = set_.empty() ? add_ : set_;
        if (texts.empty()) return {};
        return codec::to_json(JsonObject{{kFaults, JsonArray(texts.begin(), texts.end())}});
    }

    static void show(Session& session, const JsonArray& faults) {
        if (faults.empty()) return session.console.line("no faults");
        std::vector<std::vector<std::string>> rows{{"FAULT", "CALLS", "STRUCK"}};
        for (const Json& fault : faults)
            rows.push_back({text_at(fault, "rule"), text_at(fault, "calls"), text_at(fault, "struck")});
        session.console.table(rows);
    }

    std::vector<std::string> set_;
    std::vector<std::string> add_;
    bool clear_ = false;
};

}  // namespace

std::unique_ptr<Command> make_faults() {
    return std::make_unique<FaultsCommand>();
}

}  // namespace millrace::cli
