// Reads a Kinesis batch, joins the records into JSON-array messages up to the SQS limit, sends them in
// batches, and reports the records that failed, so that only those are delivered again.

#include <cstdio>
#include <nlohmann/json.hpp>
#include <optional>
#include <string>
#include <vector>

#include "batcher.h"
#include "millrace/aws.h"
#include "millrace/lambda.h"

namespace {

using nlohmann::json;

constexpr std::size_t kBatchEntriesMax = 10;

std::optional<std::string> decode_base64(const std::string& text) {
    std::string bytes;
    unsigned bits = 0;
    unsigned count = 0;
    for (const char c : text) {
        if (c == '=') break;
        const unsigned value = c >= 'A' && c <= 'Z'   ? static_cast<unsigned>(c - 'A')
                               : c >= 'a' && c <= 'z' ? static_cast<unsigned>(c - 'a') + 26
                               : c >= '0' && c <= '9' ? static_cast<unsigned>(c - '0') + 52
                               : c == '+'             ? 62
                               : c == '/'             ? 63
                                                      : 64;
        if (value == 64) return std::nullopt;
        bits = (bits << 6) | value;
        count += 6;
        if (count >= 8) {
            count -= 8;
            bytes += static_cast<char>((bits >> count) & 0xff);
        }
    }
    return bytes;
}

class Sender {
  public:
    explicit Sender(std::string queue_url) : queue_url_(std::move(queue_url)) {}

    /// Sends all; sequence numbers of records whose message was refused go to `failed`.
    void send(const std::vector<Batcher::Message>& messages, std::vector<std::string>& failed) {
        for (std::size_t begin = 0; begin < messages.size();) {
            std::size_t end = begin;
            std::size_t bytes = 0;
            while (end < messages.size() && end - begin < kBatchEntriesMax &&
                   bytes + messages[end].body.size() <= Batcher::kMessageBytesMax) {
                bytes += messages[end++].body.size();
            }
            send_batch(messages, begin, end, failed);
            begin = end;
        }
    }

  private:
    void send_batch(const std::vector<Batcher::Message>& messages, std::size_t begin, std::size_t end,
                    std::vector<std::string>& failed) {
        json request{{"QueueUrl", queue_url_}, {"Entries", json::array()}};
        for (std::size_t i = begin; i < end; ++i) {
            request["Entries"].push_back({{"Id", std::to_string(i)}, {"MessageBody", messages[i].body}});
        }
        const json answer = json::parse(sqs_.call("SendMessageBatch", request.dump()));
        for (const json& failure : answer.value("Failed", json::array())) {
            const auto& refused = messages[std::stoul(failure.at("Id").get<std::string>())];
            std::printf("message %s refused: %s\n", failure.at("Id").get<std::string>().c_str(),
                        failure.value("Message", "").c_str());
            failed.insert(failed.end(), refused.sequence_numbers.begin(), refused.sequence_numbers.end());
        }
    }

    std::string queue_url_;
    millrace::aws::JsonClient sqs_{"sqs", "AmazonSQS", "1.0"};
};

std::string handle(const millrace::lambda::Invocation& call, Sender& sender) {
    const json event = json::parse(call.payload);
    const json& records = event.at("Records");
    Batcher batcher;
    std::vector<std::string> failed;
    for (const json& record : records) {
        const json& kinesis = record.at("kinesis");
        auto sequence_number = kinesis.at("sequenceNumber").get<std::string>();
        const auto data = decode_base64(kinesis.at("data").get_ref<const std::string&>());
        if (!data || !json::accept(*data) || !batcher.add(*data, sequence_number))
            failed.push_back(sequence_number);
    }
    const std::vector<Batcher::Message> messages = batcher.take();
    sender.send(messages, failed);
    std::printf("%zu records in %zu messages, %zu failed\n", records.size(), messages.size(), failed.size());

    json answer{{"batchItemFailures", json::array()}};
    for (const std::string& sequence_number : failed) {
        answer["batchItemFailures"].push_back({{"itemIdentifier", sequence_number}});
    }
    return answer.dump();
}

}  // namespace

int main() {
    Sender sender{millrace::aws::environment("QUEUE_URL")};
    return millrace::lambda::run(
        [&](const millrace::lambda::Invocation& call) { return handle(call, sender); });
}
