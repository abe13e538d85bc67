#include <utility>

#include "services/kinesis/limits.h"
#include "services/kinesis/ops/operations.h"
#include "services/kinesis/ops/target.h"

namespace millrace::kinesis {

void list_tags_for_stream(Streams& streams, const aws::RequestContext& context,
                          api::kinesis::ListTagsForStreamInput input,
                          aws::Reply<api::kinesis::ListTagsForStream> reply) {
    const auto stream = resolve(streams.state(), context.scope, target_of(input));
    if (!stream) return reply(std::unexpected(stream.error()));
    const Tags& tags = (*stream)->options.tags;
    const auto limit = static_cast<std::size_t>(input.limit.value_or(kListTagsDefault));
    auto tag =
        input.exclusive_start_tag_key ? tags.upper_bound(*input.exclusive_start_tag_key) : tags.begin();
    api::kinesis::ListTagsForStreamOutput output;
    for (; tag != tags.end() && output.tags.size() < limit; ++tag) {
        output.tags.push_back({.key = tag->first, .value = tag->second});
    }
    output.has_more_tags = tag != tags.end();
    reply(std::move(output));
}

}  // namespace millrace::kinesis
