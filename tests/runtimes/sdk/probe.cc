// The probe on Millrace's own sdk/: what test_runtimes.py asks of every language.

#include "millrace/batch.h"
#include "millrace/lambda.h"

namespace {

using millrace::lambda::Invocation;
using nlohmann::json;

int calls = 0;

json describe(const Invocation& call) {
    const auto deadline = call.deadline.time_since_epoch();
    return {{"request_id", call.request_id},
            {"arn", call.function_arn},
            {"name", std::getenv("AWS_LAMBDA_FUNCTION_NAME")},
            {"deadline", std::chrono::duration_cast<std::chrono::milliseconds>(deadline).count()},
            {"calls", calls},
            {"region", std::getenv("AWS_REGION")}};
}

std::string print_records(const Invocation& call) {
    const auto failures =
        each_record(millrace::lambda::parse_kinesis_event(call.payload), [](const auto& record) {
            const std::time_t arrived = std::chrono::system_clock::to_time_t(record.arrival);
            std::printf("records: %s %s %d\n", record.partition_key.c_str(), record.data.c_str(),
                        1900 + std::gmtime(&arrived)->tm_year);
        });
    return failures.answer();
}

std::string handle(const Invocation& call) {
    ++calls;
    const json event = json::parse(call.payload);
    const std::string todo = event.value("do", "");
    if (todo == "context") return describe(call).dump();
    if (todo == "fail") throw millrace::lambda::FunctionError("ProbeError", "failed as told");
    if (todo == "exit") std::_Exit(3);
    if (todo == "print") std::puts("printed by the probe");
    if (todo == "large") return json(std::string(event["size"].get<std::size_t>(), 'x')).dump();
    if (event.contains("Records")) return print_records(call);
    return event.value("text", json()).dump();
}

}  // namespace

int main() {
    return millrace::lambda::run_with([]() -> millrace::lambda::Handler {
        if (std::getenv("FAIL_TO_START") != nullptr) throw std::runtime_error("failed to start as told");
        return handle;
    });
}
