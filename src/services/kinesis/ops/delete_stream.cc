#include <utility>

#include "services/kinesis/errors.h"
#include "services/kinesis/ops/operations.h"
#include "services/kinesis/ops/target.h"

namespace millrace::kinesis {

void delete_stream(Streams& streams, const aws::RequestContext& context,
                   api::kinesis::DeleteStreamInput input, aws::Reply<api::kinesis::DeleteStream> reply) {
    auto name = resolve_name(context.scope, target_of(input));
    if (!name) return reply(std::unexpected(std::move(name.error())));
    const Stream* stream = streams.state().find(context.scope, *name);
    const bool has_consumers =
        !streams.consumers().state().list({.scope = context.scope, .name = *name}).empty();
    if (stream != nullptr && has_consumers && !input.enforce_consumer_deletion.value_or(false))
        return reply(std::unexpected(consumers_in_use(*stream)));
    streams.remove(context.scope, *name, answer_nothing(std::move(reply)));
}

}  // namespace millrace::kinesis
