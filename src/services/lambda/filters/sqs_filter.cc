#include "services/lambda/filters/sqs_filter.h"

#include "services/lambda/arn_part.h"

namespace millrace::lambda {

namespace {

codec::JsonObject attributes_of(const ports::QueueMessage& message) {
    codec::JsonObject all;
    for (const auto& [name, attribute] : message.attributes) {
        codec::JsonObject one{{"dataType", attribute.data_type}};
        if (attribute.text) one["stringValue"] = *attribute.text;
        all[name] = std::move(one);
    }
    return all;
}

}  // namespace

bool passes(const FilterCriteria& criteria, const ports::QueueMessage& message, std::string_view queue_arn) {
    if (criteria.empty()) return true;
    codec::JsonObject system;
    for (const auto& [name, value] : message.system_attributes) system[name] = value;
    return criteria.matches(
        {{"messageId", message.message_id},
         {"receiptHandle", message.receipt_handle},
         {"body", criteria.asks_for_document() ? filter_document(message.body) : codec::Json(message.body)},
         {"attributes", std::move(system)},
         {"messageAttributes", attributes_of(message)},
         {"md5OfBody", message.md5_of_body},
         {"eventSource", "aws:sqs"},
         {"eventSourceARN", queue_arn},
         {"awsRegion", arn_part(queue_arn, 3)}});
}

}  // namespace millrace::lambda
