#include "codec/kinesis_event.h"

#include "base/log.h"
#include "codec/base64.h"
#include "codec/timestamp.h"

namespace millrace::codec {

namespace {

// Written as one text with gaps: nothing is allocated besides the event.
constexpr std::string_view kToKey = R"({"kinesis":{"kinesisSchemaVersion":"1.0","partitionKey":)";
constexpr std::string_view kNoKey = "null";
constexpr std::string_view kToSequence = R"(,"sequenceNumber":")";
constexpr std::string_view kToData = R"(","data":")";
constexpr std::string_view kToArrival = R"(","approximateArrivalTimestamp":)";
constexpr std::string_view kToId = R"(},"eventSource":"aws:kinesis","eventVersion":"1.0","eventID":")";
constexpr std::string_view kToRole = R"(","eventName":"aws:kinesis:record","invokeIdentityArn":")";
constexpr std::string_view kToRegion = R"(","awsRegion":")";
constexpr std::string_view kToStream = R"(","eventSourceARN":")";
constexpr std::string_view kToEnd = R"("},)";
constexpr std::size_t kFixedBytes = kToKey.size() + kToSequence.size() + kToData.size() + kToArrival.size() +
                                    kToId.size() + kToRole.size() + kToRegion.size() + kToStream.size() +
                                    kToEnd.size();
constexpr std::size_t kWindowBytes = 256;  // about
constexpr std::size_t kArrivalBytes = 14;  // "1700000000.123"

std::size_t key_bytes(std::string_view text) {
    if (text.empty()) return kNoKey.size();
    std::size_t bytes = text.size() + 2;
    for (const char c : text) {
        if (c == '"' || c == '\\' || c == '\n' || c == '\t') {
            ++bytes;
        } else if (static_cast<unsigned char>(c) < 0x20) {
            bytes += 5;
        }
    }
    return bytes;
}

void append_record(std::string& out, const KinesisEventRecord& record, const KinesisEventSource& source) {
    out += kToKey;
    if (record.partition_key.empty()) {
        out += kNoKey;
    } else {
        append_json_string(out, record.partition_key);
    }
    out += kToSequence;
    out += record.sequence_number;
    out += kToData;
    append_base64(out, record.data);
    out += kToArrival;
    append_epoch_seconds(out, record.arrival);
    out += kToId;
    out += source.shard_id;
    out += ':';
    out += record.sequence_number;
    out += kToRole;
    out += source.role;
    out += kToRegion;
    out += source.region;
    out += kToStream;
    out += source.arn;
    out += kToEnd;
}

std::string_view json_name(bool truth) {
    return truth ? "true" : "false";
}

void append_window(std::string& out, const KinesisEventWindow& window, const KinesisEventSource& source) {
    const auto add = [&out](std::string_view name, std::string_view value) {
        out += name;
        out += value;
    };
    add(R"(,"window":{"start":")", format_iso8601(window.start, Iso8601Precision::kSeconds));
    add(R"(","end":")", format_iso8601(window.end, Iso8601Precision::kSeconds));
    add(R"("},"state":)", window.state);
    add(R"(,"shardId":")", source.shard_id);
    add(R"(","eventSourceARN":")", source.arn);
    add(R"(","isFinalInvokeForWindow":)", json_name(window.is_final));
    add(R"(,"isWindowTerminatedEarly":)", json_name(window.is_terminated_early));
}

}  // namespace

std::size_t event_bytes(const KinesisEventRecord& record, const KinesisEventSource& source) {
    return kFixedBytes + kArrivalBytes + key_bytes(record.partition_key) + (record.data.size() + 2) / 3 * 4 +
           2 * record.sequence_number.size() + 1 + source.shard_id.size() + source.role.size() +
           source.region.size() + source.arn.size();
}

std::string make_kinesis_event(std::span<const KinesisEventRecord> records, const KinesisEventSource& source,
                               const std::optional<KinesisEventWindow>& window) {
    std::size_t bytes = 16 + (window ? kWindowBytes + window->state.size() : 0);
    for (const KinesisEventRecord& record : records) bytes += event_bytes(record, source);
    std::string event;
    event.reserve(bytes);
    event += R"({"Records":[)";
    for (const KinesisEventRecord& record : records) append_record(event, record, source);
    if (!records.empty()) event.pop_back();  // the last comma
    event += ']';
    if (window) append_window(event, *window, source);
    event += '}';
    return event;
}

}  // namespace millrace::codec
