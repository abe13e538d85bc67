#include "services/kinesis/ops/target.h"

#include <fmt/format.h>
#include <utility>

#include "services/kinesis/errors.h"

namespace millrace::kinesis {

aws::Outcome<std::string> resolve_name(const aws::Scope& scope, const Target& target) {
    if (target.stream_id) return std::unexpected(invalid_argument("StreamId is not implemented."));
    if (target.dry_run) return std::unexpected(not_offered("DryRun"));
    if (!target.arn) {
        if (!target.name) {
            return std::unexpected(invalid_argument("Either StreamName or StreamARN should be provided."));
        }
        return *target.name;
    }
    const auto id = parse_stream_arn(*target.arn);
    if (!id) return std::unexpected(invalid_argument(fmt::format("Invalid StreamARN {}.", *target.arn)));
    if (target.name && *target.name != id->name) {
        return std::unexpected(invalid_argument(fmt::format(
            "StreamName {} and StreamARN {} do not name the same stream.", *target.name, *target.arn)));
    }
    if (id->scope != scope) return std::unexpected(stream_not_found(id->scope, id->name));
    return id->name;
}

aws::Outcome<const Stream*> resolve(const State& state, const aws::Scope& scope, const Target& target) {
    const auto name = resolve_name(scope, target);
    if (!name) return std::unexpected(name.error());
    const Stream* stream = state.find(scope, *name);
    if (stream == nullptr) return std::unexpected(stream_not_found(scope, *name));
    return stream;
}

aws::Outcome<const Stream*> resolve_usable(const State& state, const aws::Scope& scope,
                                           const Target& target) {
    auto stream = resolve(state, scope, target);
    if (stream && !is_usable((*stream)->status)) {
        return std::unexpected(stream_not_found(scope, (*stream)->name));
    }
    return stream;
}

Streams::Done answer_nothing(std::move_only_function<void(aws::Outcome<aws::Nothing>)> reply) {
    return [reply = std::move(reply)](aws::Outcome<void> outcome) mutable {
        if (!outcome) return reply(std::unexpected(std::move(outcome.error())));
        reply(aws::Nothing{});
    };
}

}  // namespace millrace::kinesis
