#include "services/kinesis/failing_records.h"

#include <algorithm>
#include <memory>
#include <utility>

#include "api/kinesis.h"
#include "aws/faults/faults.h"
#include "services/kinesis/shard_iterator.h"

namespace millrace::kinesis {
namespace {

using api::kinesis::PutRecordsInput;
using api::kinesis::PutRecordsOutput;

/// Results stand in the order of the records.
PutRecordsOutput merge(aws::EntryFaults& faults, const PutRecordsOutput* answered) {
    PutRecordsOutput whole{.failed_record_count = 0};
    if (answered != nullptr) {
        whole.failed_record_count = answered->failed_record_count;
        whole.encryption_type = answered->encryption_type;
    }
    std::size_t next = 0;
    for (auto& fault : faults) {
        if (fault) {
            whole.records.push_back(
                {.error_code = std::move(fault->code), .error_message = std::move(fault->message)});
            whole.failed_record_count = whole.failed_record_count.value_or(0) + 1;
        } else {
            whole.records.push_back(answered->records[next++]);
        }
    }
    return whole;
}

class FailingRecords final : public aws::BatchEntries {
  public:
    [[nodiscard]] const aws::OperationModel& model() const override {
        return api::kinesis::PutRecords::model();
    }
    [[nodiscard]] std::size_t count(const void* input) const override {
        return static_cast<const PutRecordsInput*>(input)->records.size();
    }
    [[nodiscard]] aws::MergeEntries take_out(void* input, aws::EntryFaults faults) const override {
        auto& records = static_cast<PutRecordsInput*>(input)->records;
        std::size_t index = 0;
        std::erase_if(records, [&](const auto&) { return faults[index++].has_value(); });
        return [faults = std::move(faults)](const void* output) mutable {
            auto whole = aws::make_instance(*api::kinesis::PutRecords::model().output);
            *static_cast<PutRecordsOutput*>(whole.get()) =
                merge(faults, static_cast<const PutRecordsOutput*>(output));
            return whole;
        };
    }
};

}  // namespace

void describe_to(aws::Faults& faults) {
    faults.add_batch(std::make_unique<FailingRecords>());
    faults.add_name("ShardIterator", [](std::string_view text) {
        const auto iterator = parse_shard_iterator(text);
        return iterator ? iterator->stream : std::string();
    });
}

}  // namespace millrace::kinesis
