#include "services/sqs/failing_entries.h"

#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "api/sqs.h"
#include "aws/faults/faults.h"
#include "services/sqs/batch.h"

namespace millrace::sqs {
namespace {

/// Results stand in two lists, by the entries' ids.
template <class Op>
class FailingEntries final : public aws::BatchEntries {
  public:
    [[nodiscard]] const aws::OperationModel& model() const override { return Op::model(); }
    [[nodiscard]] std::size_t count(const void* input) const override {
        return static_cast<const Op::Input*>(input)->entries.size();
    }
    [[nodiscard]] aws::MergeEntries take_out(void* input, aws::EntryFaults faults) const override {
        auto& entries = static_cast<Op::Input*>(input)->entries;
        std::vector<api::sqs::BatchResultErrorEntry> failed;
        std::size_t index = 0;
        std::erase_if(entries, [&](const auto& entry) {
            const auto& fault = faults[index++];
            if (fault) failed.push_back(failed_entry(entry.id, *fault));
            return fault.has_value();
        });
        return [failed = std::move(failed)](const void* output) mutable {
            auto made = aws::make_instance(*Op::model().output);
            auto& whole = *static_cast<Op::Output*>(made.get());
            if (output != nullptr) whole = *static_cast<const Op::Output*>(output);
            for (auto& entry : failed) append_entry(whole.failed, std::move(entry));
            return made;
        };
    }
};

}  // namespace

void describe_to(aws::Faults& faults) {
    faults.add_batch(std::make_unique<FailingEntries<api::sqs::SendMessageBatch>>());
    faults.add_batch(std::make_unique<FailingEntries<api::sqs::DeleteMessageBatch>>());
    faults.add_batch(std::make_unique<FailingEntries<api::sqs::ChangeMessageVisibilityBatch>>());
}

}  // namespace millrace::sqs
