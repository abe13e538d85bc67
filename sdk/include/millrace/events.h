#pragma once

#include <chrono>
#include <cstdint>
#include <map>
#include <nlohmann/json.hpp>
#include <optional>
#include <stdexcept>
#include <string>
#include <string_view>
#include <vector>

/// The events that event source mappings make of Kinesis records and SQS messages, as values.
namespace millrace::lambda {

/// `data` of "Z3LDvG4=" is "grün". Throws std::invalid_argument for what is no base64 (RFC 4648, padded).
inline std::string decode_base64(std::string_view text) {
    const auto value_of = [](char c) -> int {
        if (c >= 'A' && c <= 'Z') return c - 'A';
        if (c >= 'a' && c <= 'z') return c - 'a' + 26;
        if (c >= '0' && c <= '9') return c - '0' + 52;
        return c == '+' ? 62 : c == '/' ? 63 : -1;
    };
    if (text.size() % 4 != 0) throw std::invalid_argument("base64 of a length that is no multiple of 4");
    const std::size_t padding = text.ends_with("==") ? 2 : text.ends_with('=') ? 1 : 0;
    text.remove_suffix(padding);
    std::string bytes;
    bytes.reserve(text.size() / 4 * 3 + 2);
    std::uint32_t bits = 0;
    int count = 0;
    for (const char c : text) {
        const int value = value_of(c);
        if (value < 0) throw std::invalid_argument("not base64");
        bits = bits << 6 | static_cast<std::uint32_t>(value);
        count += 6;
        if (count < 8) continue;
        count -= 8;
        bytes += static_cast<char>(bits >> count & 0xff);
    }
    return bytes;
}

/// The other way.
inline std::string encode_base64(std::string_view bytes) {
    constexpr std::string_view kDigits = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    std::string text;
    text.reserve((bytes.size() + 2) / 3 * 4);
    for (std::size_t at = 0; at < bytes.size(); at += 3) {
        std::uint32_t bits = 0;
        for (std::size_t i = 0; i < 3; ++i)
            bits = bits << 8 | (at + i < bytes.size() ? static_cast<unsigned char>(bytes[at + i]) : 0U);
        for (int shift = 18; shift >= 0; shift -= 6) text += kDigits[bits >> shift & 63U];
    }
    const std::size_t padding = (3 - bytes.size() % 3) % 3;
    text.replace(text.size() - padding, padding, padding, '=');
    return text;
}

struct KinesisRecord {
    std::string data;           ///< decoded
    std::string partition_key;  ///< empty for a record that has none
    std::string sequence_number;
    std::chrono::system_clock::time_point arrival;  ///< approximate, whole milliseconds
    std::string event_id;                           ///< "shardId-000000000000:<sequence number>"
    std::string stream_arn;

    /// What a partial batch response calls it.
    [[nodiscard]] const std::string& item_identifier() const { return sequence_number; }
    [[nodiscard]] std::string shard_id() const { return event_id.substr(0, event_id.find(':')); }
};

/// What a mapping with a tumbling window adds.
struct TumblingWindow {
    std::string start;  ///< ISO 8601
    std::string end;
    nlohmann::json state;   ///< what the invocation before returned as "state"
    bool is_final = false;  ///< no more records will come for this window
    bool is_terminated_early = false;
};

struct KinesisEvent {
    std::vector<KinesisRecord> records;
    std::optional<TumblingWindow> window;
};

struct SqsMessage {
    std::string body;
    std::string message_id;
    std::string receipt_handle;
    std::map<std::string, std::string> attributes;  ///< "ApproximateReceiveCount", "SentTimestamp", ...
    nlohmann::json message_attributes;              ///< by name: dataType, stringValue or binaryValue
    std::string queue_arn;

    [[nodiscard]] const std::string& item_identifier() const { return message_id; }
    /// Of a FIFO queue, or of a fair one; empty without.
    [[nodiscard]] std::string group() const {
        const auto found = attributes.find("MessageGroupId");
        return found == attributes.end() ? "" : found->second;
    }
    [[nodiscard]] bool is_fifo() const { return queue_arn.ends_with(".fifo"); }
};

struct SqsEvent {
    std::vector<SqsMessage> records;
};

/// Throws nlohmann::json::exception or std::invalid_argument for a payload that is no such event.
inline KinesisEvent parse_kinesis_event(std::string_view payload) {
    const auto json = nlohmann::json::parse(payload);
    KinesisEvent event;
    for (const auto& item : json.at("Records")) {
        const auto& kinesis = item.at("kinesis");
        const std::chrono::duration<double> since_1970{
            kinesis.at("approximateArrivalTimestamp").get<double>()};
        const auto& key = kinesis.at("partitionKey");
        event.records.push_back({.data = decode_base64(kinesis.at("data").get_ref<const std::string&>()),
                                 .partition_key = key.is_null() ? "" : key.get<std::string>(),
                                 .sequence_number = kinesis.at("sequenceNumber"),
                                 .arrival =
                                     std::chrono::system_clock::time_point{
                                         std::chrono::round<std::chrono::milliseconds>(since_1970)},
                                 .event_id = item.at("eventID"),
                                 .stream_arn = item.at("eventSourceARN")});
    }
    if (json.contains("window")) {
        event.window = {.start = json.at("window").at("start"),
                        .end = json.at("window").at("end"),
                        .state = json.value("state", nlohmann::json::object()),
                        .is_final = json.value("isFinalInvokeForWindow", false),
                        .is_terminated_early = json.value("isWindowTerminatedEarly", false)};
    }
    return event;
}

/// Throws nlohmann::json::exception for a payload that is no such event.
inline SqsEvent parse_sqs_event(std::string_view payload) {
    const auto json = nlohmann::json::parse(payload);
    SqsEvent event;
    for (const auto& item : json.at("Records")) {
        event.records.push_back(
            {.body = item.at("body"),
             .message_id = item.at("messageId"),
             .receipt_handle = item.at("receiptHandle"),
             .attributes = item.at("attributes"),
             .message_attributes = item.value("messageAttributes", nlohmann::json::object()),
             .queue_arn = item.at("eventSourceARN")});
    }
    return event;
}

}  // namespace millrace::lambda
