#include <utility>

#include "services/kinesis/ops/operations.h"
#include "services/kinesis/ops/target.h"
#include "services/kinesis/tags.h"

namespace millrace::kinesis {

void remove_tags_from_stream(Streams& streams, const aws::RequestContext& context,
                             api::kinesis::RemoveTagsFromStreamInput input,
                             aws::Reply<api::kinesis::RemoveTagsFromStream> reply) {
    auto name = resolve_name(context.scope, target_of(input));
    if (!name) return reply(std::unexpected(std::move(name.error())));
    streams.change(
        context.scope, *name,
        [&](StreamOptions& options) {
            return remove_tags({.scope = context.scope, .kind = "stream", .name = *name}, options.tags,
                               input.tag_keys);
        },
        answer_nothing(std::move(reply)));
}

}  // namespace millrace::kinesis
