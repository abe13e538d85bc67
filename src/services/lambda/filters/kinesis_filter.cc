#include "services/lambda/filters/kinesis_filter.h"

#include "codec/timestamp.h"

namespace millrace::lambda {

bool passes(const FilterCriteria& criteria, const ports::SourceRecord& record) {
    if (criteria.empty()) return true;
    codec::JsonObject seen{{"kinesisSchemaVersion", "1.0"},
                           {"partitionKey", record.partition_key},
                           {"sequenceNumber", record.sequence_number},
                           {"approximateArrivalTimestamp", codec::to_epoch_seconds(record.arrival)}};
    if (criteria.asks_for_document()) seen["data"] = filter_document(record.data.view());
    return criteria.matches(seen);
}

}  // namespace millrace::lambda
