#include <utility>

#include "services/kinesis/errors.h"
#include "services/kinesis/ops/operations.h"
#include "services/kinesis/ops/target.h"

namespace millrace::kinesis {

void start_stream_encryption(Streams& streams, const aws::RequestContext& context,
                             api::kinesis::StartStreamEncryptionInput input,
                             aws::Reply<api::kinesis::StartStreamEncryption> reply) {
    auto name = resolve_name(context.scope, target_of(input));
    if (!name) return reply(std::unexpected(std::move(name.error())));
    if (input.encryption_type != "KMS") {
        return reply(std::unexpected(invalid_argument("EncryptionType must be KMS to start encryption.")));
    }
    streams.change(
        context.scope, *name,
        [&](StreamOptions& options) -> aws::Outcome<void> {
            options.kms_key = std::move(input.key_id);
            return {};
        },
        answer_nothing(std::move(reply)));
}

}  // namespace millrace::kinesis
