// Reads a Kinesis batch, joins the records into JSON-array messages up to the SQS limit, sends them in
// batches, and reports the records that failed, so that only those are delivered again.

#include <cstdio>
#include <nlohmann/json.hpp>
#include <string>
#include <vector>

#include "batcher.h"
#include "millrace/aws.h"
#include "millrace/batch.h"
#include "millrace/lambda.h"

namespace {

using nlohmann::json;

constexpr std::size_t kBatchEntriesMax = 10;

class Sender {
  public:
    explicit Sender(std::string queue_url) : queue_url_(std::move(queue_url)) {}

    /// Sends all; records whose message was refused go to `failures`.
    void send(const std::vector<Batcher::Message>& messages, millrace::lambda::BatchFailures& failures) {
        for (std::size_t begin = 0; begin < messages.size();) {
            std::size_t end = begin;
            std::size_t bytes = 0;
            while (end < messages.size() && end - begin < kBatchEntriesMax &&
                   bytes + messages[end].body.size() <= Batcher::kMessageBytesMax) {
                bytes += messages[end++].body.size();
            }
            send_batch(messages, begin, end, failures);
            begin = end;
        }
    }

  private:
    void send_batch(const std::vector<Batcher::Message>& messages, std::size_t begin, std::size_t end,
                    millrace::lambda::BatchFailures& failures) {
        json request{{"QueueUrl", queue_url_}, {"Entries", json::array()}};
        for (std::size_t i = begin; i < end; ++i) {
            request["Entries"].push_back({{"Id", std::to_string(i)}, {"MessageBody", messages[i].body}});
        }
        const json answer = json::parse(sqs_.call("SendMessageBatch", request.dump()));
        for (const json& failure : answer.value("Failed", json::array())) {
            const auto& refused = messages[std::stoul(failure.at("Id").get<std::string>())];
            std::printf("message %s refused: %s\n", failure.at("Id").get<std::string>().c_str(),
                        failure.value("Message", "").c_str());
            for (const millrace::lambda::KinesisRecord* record : refused.records) failures.add(*record);
        }
    }

    std::string queue_url_;
    millrace::aws::JsonClient sqs_{"sqs", "AmazonSQS", "1.0"};
};

std::string handle(const millrace::lambda::Invocation& call, Sender& sender) {
    const millrace::lambda::KinesisEvent event = millrace::lambda::parse_kinesis_event(call.payload);
    Batcher batcher;
    millrace::lambda::BatchFailures failures;
    for (const millrace::lambda::KinesisRecord& record : event.records) {
        if (!json::accept(record.data) || !batcher.add(record.data, record)) failures.add(record);
    }
    const std::vector<Batcher::Message> messages = batcher.take();
    sender.send(messages, failures);
    std::printf("%zu records in %zu messages, %zu failed\n", event.records.size(), messages.size(),
                failures.size());
    return failures.answer();
}

}  // namespace

int main() {
    Sender sender{millrace::aws::environment("QUEUE_URL")};
    return millrace::lambda::run(
        [&](const millrace::lambda::Invocation& call) { return handle(call, sender); });
}
