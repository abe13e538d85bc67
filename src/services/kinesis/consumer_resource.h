#pragma once

#include <string>

#include "ports/resource_provider.h"
#include "services/kinesis/streams.h"

namespace millrace::kinesis {

// AWS::Kinesis::StreamConsumer. The physical id is the consumer's ARN.
[[nodiscard]] ports::ResourceTypeModel consumer_model();
void create_consumer_resource(Streams& streams, const ports::ResourceRequest& request,
                              ports::ResourceDone done);
/// Its tags: everything else asks for another consumer.
void update_consumer_resource(Streams& streams, const ports::ResourceRequest& request, const std::string& arn,
                              ports::ResourceDone done);
/// As ports::ResourceProvider::find_unanswered().
[[nodiscard]] std::string find_unanswered_consumer(Streams& streams, const ports::ResourceRequest& request);
void remove_consumer_resource(Streams& streams, const ports::ResourceRequest& request, const std::string& arn,
                              ports::ResourceRemoved done);

}  // namespace millrace::kinesis
