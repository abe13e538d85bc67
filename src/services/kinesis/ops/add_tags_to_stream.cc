#include <utility>

#include "services/kinesis/ops/operations.h"
#include "services/kinesis/ops/target.h"
#include "services/kinesis/options.h"

namespace millrace::kinesis {

void add_tags_to_stream(Streams& streams, const aws::RequestContext& context,
                        api::kinesis::AddTagsToStreamInput input,
                        aws::Reply<api::kinesis::AddTagsToStream> reply) {
    auto name = resolve_name(context.scope, target_of(input));
    if (!name) return reply(std::unexpected(std::move(name.error())));
    streams.change(
        context.scope, *name,
        [&](StreamOptions& options) {
            for (auto& [key, value] : input.tags) options.tags.insert_or_assign(key, std::move(value));
            return check_tags(context.scope, *name, options.tags);
        },
        answer_nothing(std::move(reply)));
}

}  // namespace millrace::kinesis
