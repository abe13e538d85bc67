#include "services/lambda/mappings/failure_record.h"

#include <algorithm>

#include "codec/json_writer.h"
#include "codec/timestamp.h"

namespace millrace::lambda {

std::string_view condition_of(DiscardReason reason) {
    return reason == DiscardReason::kRetriesExhausted ? "RetryAttemptsExhausted" : "RecordAgeExceeded";
}

namespace {

// After a partial batch response AWS has no function error, and says so.
void write_response(codec::JsonWriter& json, const Discard& what) {
    json.key("responseContext").begin_object();
    json.key("statusCode").integer(200).key("executedVersion").string(what.executed_version);
    json.key("functionError");
    if (what.function_error) {
        json.string("Unhandled");
    } else {
        json.null();
    }
    json.end_object();
}

}  // namespace

std::string make_failure_record(const Discard& what, const FailureOrigin& origin, std::string_view payload) {
    const bool asked = !what.request_id.empty();
    const ports::SourceRecord& first = what.records.front();
    const ports::SourceRecord& last = what.records.back();
    std::string out;
    codec::JsonWriter json(out);
    json.begin_object().key("requestContext").begin_object();
    json.key("requestId").string(asked ? what.request_id : origin.request_id_if_unasked);
    json.key("functionArn").string(origin.function_arn);
    json.key("condition").string(condition_of(what.reason));
    // AWS counts one for records that were too old before the function ever saw them.
    json.key("approximateInvokeCount").integer(std::max(what.invokes, 1)).end_object();
    if (what.reason == DiscardReason::kRetriesExhausted) write_response(json, what);
    json.key("version").string("1.0").key("timestamp").string(codec::format_iso8601(origin.now));
    json.key("KinesisBatchInfo").begin_object();
    json.key("shardId").string(origin.shard_id);
    json.key("startSequenceNumber").string(first.sequence_number);
    json.key("endSequenceNumber").string(last.sequence_number);
    json.key("approximateArrivalOfFirstRecord").string(codec::format_iso8601(first.arrival));
    json.key("approximateArrivalOfLastRecord").string(codec::format_iso8601(last.arrival));
    json.key("batchSize").unsigned_integer(what.records.size());
    json.key("streamArn").string(origin.stream_arn).end_object();
    if (!payload.empty()) json.key("payload").string(payload);
    json.end_object();
    return out;
}

}  // namespace millrace::lambda
