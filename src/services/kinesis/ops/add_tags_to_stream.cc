#include <utility>

#include "services/kinesis/ops/operations.h"
#include "services/kinesis/ops/target.h"
#include "services/kinesis/tags.h"

namespace millrace::kinesis {

void add_tags_to_stream(Streams& streams, const aws::RequestContext& context,
                        api::kinesis::AddTagsToStreamInput input,
                        aws::Reply<api::kinesis::AddTagsToStream> reply) {
    auto name = resolve_name(context.scope, target_of(input));
    if (!name) return reply(std::unexpected(std::move(name.error())));
    streams.change(
        context.scope, *name,
        [&](StreamOptions& options) {
            return add_tags({.scope = context.scope, .kind = "stream", .name = *name}, options.tags,
                            std::move(input.tags));
        },
        answer_nothing(std::move(reply)));
}

}  // namespace millrace::kinesis
