#pragma once

#include "api/kinesis.h"
#include "aws/context.h"
#include "aws/event_stream.h"
#include "services/kinesis/fan_out.h"
#include "services/kinesis/streams.h"

namespace millrace::kinesis {

/// The one operation whose answer goes on: see fan_out.h. As in operations.h otherwise.
void subscribe_to_shard(FanOut& fan_out, Streams& streams, const aws::RequestContext& context,
                        api::kinesis::SubscribeToShardInput input, aws::EventReply reply);

}  // namespace millrace::kinesis
