#include "services/kinesis/registration.h"

#include <utility>

#include "services/kinesis/errors.h"
#include "services/kinesis/limits.h"
#include "services/kinesis/tags.h"
#include "services/kinesis/warm_throughput.h"

namespace millrace::kinesis {

void register_consumer(Streams& streams, const aws::Scope& scope, const Target& target, std::string name,
                       Tags tags, Consumers::RegisterDone done) {
    const auto found = resolve(streams.state(), scope, target);
    if (!found) return done(std::unexpected(found.error()));
    const Stream& stream = **found;
    if (stream.status != StreamStatus::kActive)
        return done(std::unexpected(stream_not_active(scope, stream.name, stream.status)));
    Tags checked;
    auto added = add_tags({.scope = scope, .kind = "consumer", .name = name}, checked, std::move(tags));
    if (!added) return done(std::unexpected(std::move(added.error())));
    const bool advantage =
        stream.options.on_demand && has_advantage(streams.accounts(), scope, streams.clock().now());
    streams.consumers().add(stream, std::move(name), std::move(checked),
                            advantage ? kConsumersPerAdvantageStreamMax : kConsumersPerStreamMax,
                            std::move(done));
}

}  // namespace millrace::kinesis
