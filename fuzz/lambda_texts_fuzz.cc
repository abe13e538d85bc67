#include <cstddef>
#include <cstdint>

#include "base/assert.h"
#include "codec/json.h"
#include "services/lambda/asynchronous/async_event.h"
#include "services/lambda/asynchronous/async_record.h"
#include "services/lambda/execution/trace.h"
#include "services/lambda/function.h"
#include "services/lambda/function_name.h"
#include "services/lambda/mappings/batch_response.h"
#include "services/lambda/mappings/checkpoint.h"
#include "services/lambda/mappings/mapping.h"
#include "services/lambda/records/code_signing_config.h"
#include "services/lambda/records/layer_version.h"

using namespace millrace;

namespace {

void check_async_entry(std::string_view text) {
    const auto entry = lambda::decode_async_entry(text);
    if (!entry) return;
    const std::string again =
        std::visit([](const auto& value) { return lambda::encode_entry(value); }, *entry);
    MILLRACE_ASSERT(lambda::decode_async_entry(again) == *entry);
}

void check_function_name(std::string_view text) {
    const aws::Scope scope{.account = "123456789012", .region = "us-east-1"};
    const auto named = lambda::resolve_function_name(scope, text);
    if (named) MILLRACE_ASSERT(named->name.find(':') == std::string::npos);
}

void check_batch_response(std::string_view text) {
    const ports::SourceRecord records[] = {{.sequence_number = "1"}, {.sequence_number = "2"}};
    MILLRACE_ASSERT(lambda::count_successes(text, records) <= 2);
}

void check_async_record(std::string_view answer) {
    const lambda::AsyncEvent event{.function = "f", .request_id = "id", .payload = std::string(answer)};
    const lambda::AsyncEnding ending{
        .condition = "RetriesExhausted",
        .invokes = 1,
        .last = lambda::AsyncAttempt{.payload = std::string(answer), .function_error = true}};
    MILLRACE_ASSERT(codec::parse_json(lambda::make_async_record(event, ending, "arn", WallTime{})));
    static_cast<void>(lambda::dead_letter_attributes(event, ending));
}

void check_trace(std::string_view header) {
    lambda::Function function;
    function.name = "f";
    std::string trace(header);
    for (int call = 0; call < lambda::kRecursionMax; ++call)
        trace = lambda::next_trace(trace, function, "01234567-89ab-cdef-0123-456789abcdef", WallTime{});
    MILLRACE_ASSERT(lambda::is_recursion(trace, function));
    static_cast<void>(lambda::longer_trace(header, trace));
    const lambda::AsyncEvent event{.function = "f", .trace = std::string(header)};
    MILLRACE_ASSERT(lambda::decode_async_entry(lambda::encode_entry(event)));
}

template <class T>
void check_json(const Result<T>& value, Result<T> (*read)(std::string_view)) {
    if (!value) return;
    const std::string written = to_json(*value);
    const Result<T> again = read(written);
    MILLRACE_ASSERT(again && to_json(*again) == written);
}

}  // namespace

// What functions answer, callers write and the disk holds: no crash, and what was read is written and read
// the same.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    const std::string_view text{reinterpret_cast<const char*>(data), size};
    check_async_entry(text);
    check_function_name(text);
    check_batch_response(text);
    check_trace(text);
    check_json(lambda::function_from_json(text), &lambda::function_from_json);
    check_json(lambda::mapping_from_json(text), &lambda::mapping_from_json);
    check_json(lambda::checkpoint_from_json(text), &lambda::checkpoint_from_json);
    check_async_record(text);
    check_json(lambda::Alias::from_json(text), &lambda::Alias::from_json);
    check_json(lambda::Policy::from_json(text), &lambda::Policy::from_json);
    check_json(lambda::EventInvokeConfig::from_json(text), &lambda::EventInvokeConfig::from_json);
    check_json(lambda::ProvisionedConcurrency::from_json(text), &lambda::ProvisionedConcurrency::from_json);
    check_json(lambda::LayerVersion::from_json(text), &lambda::LayerVersion::from_json);
    check_json(lambda::CodeSigningConfig::from_json(text), &lambda::CodeSigningConfig::from_json);
    return 0;
}
