#include <utility>

#include "services/kinesis/ops/operations.h"
#include "services/kinesis/ops/target.h"

namespace millrace::kinesis {

// EnforceConsumerDeletion changes nothing: a stream has no registered consumers here.
void delete_stream(Streams& streams, const aws::RequestContext& context,
                   api::kinesis::DeleteStreamInput input, aws::Reply<api::kinesis::DeleteStream> reply) {
    auto name = resolve_name(context.scope, target_of(input));
    if (!name) return reply(std::unexpected(std::move(name.error())));
    streams.remove(context.scope, *name, answer_nothing(std::move(reply)));
}

}  // namespace millrace::kinesis
