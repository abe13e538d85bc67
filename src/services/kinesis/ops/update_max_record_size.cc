#include <utility>

#include "services/kinesis/ops/operations.h"
#include "services/kinesis/ops/target.h"

namespace millrace::kinesis {

void update_max_record_size(Streams& streams, const aws::RequestContext& context,
                            api::kinesis::UpdateMaxRecordSizeInput input,
                            aws::Reply<api::kinesis::UpdateMaxRecordSize> reply) {
    auto name = resolve_name(context.scope, target_of(input));
    if (!name) return reply(std::unexpected(std::move(name.error())));
    streams.change(
        context.scope, *name,
        [&](StreamOptions& options) -> aws::Outcome<void> {
            options.record_kib_max = input.max_record_size_in_kib;
            return {};
        },
        answer_nothing(std::move(reply)));
}

}  // namespace millrace::kinesis
