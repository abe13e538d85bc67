#include "cli/record_batch.h"

#include <algorithm>
#include <thread>

#include "codec/base64.h"

namespace millrace::cli {
namespace {

using codec::Json;
using codec::JsonArray;
using codec::JsonObject;

constexpr Milliseconds kRetryMin{100};
constexpr Milliseconds kRetryMax{2000};
constexpr int kTriesMax = 20;

}  // namespace

void RecordBatch::add(std::string data, std::string partition_key) {
    bytes_ += data.size() + partition_key.size();
    records_.push_back({std::move(data), std::move(partition_key)});
}

Answer<RecordBatch::Placed> RecordBatch::put(Api& api, const std::string& stream) {
    Placed placed;
    Milliseconds delay = kRetryMin;
    for (int tries = 1; !records_.empty(); ++tries) {
        JsonArray entries;
        for (const Record& record : records_) {
            entries.push_back(JsonObject{{"Data", codec::base64_encode(record.data)},
                                         {"PartitionKey", record.partition_key}});
        }
        const auto answer =
            api.kinesis("PutRecords", {{"StreamName", stream}, {"Records", std::move(entries)}});
        if (!answer) return std::unexpected(answer.error());
        const JsonArray& results = list_at(*answer, "Records");
        std::vector<Record> refused;
        ApiError error;
        for (std::size_t i = 0; i < records_.size() && i < results.size(); ++i) {
            error.code = text_at(results[i], "ErrorCode");
            if (error.code.empty()) {
                placed = {.shard = text_at(results[i], "ShardId"),
                          .sequence_number = text_at(results[i], "SequenceNumber")};
                continue;
            }
            error.message = text_at(results[i], "ErrorMessage") + " (" + error.code + ")";
            refused.push_back(std::move(records_[i]));
        }
        records_ = std::move(refused);
        if (records_.empty()) break;
        if (tries == kTriesMax) return std::unexpected(std::move(error));
        std::this_thread::sleep_for(delay);
        delay = std::min(delay * 2, kRetryMax);
    }
    bytes_ = 0;
    return placed;
}

}  // namespace millrace::cli
