#include "services/kinesis/ops/target.h"

#include <fmt/format.h>
#include <utility>

#include "services/kinesis/errors.h"

namespace millrace::kinesis {

aws::Outcome<std::string> resolve_name(const aws::Scope& scope, const Target& target) {
    if (target.stream_id) return std::unexpected(invalid_argument("StreamId is not implemented."));
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

aws::Outcome<std::uint32_t> resolve_shard_index(const aws::Scope& scope, std::string_view stream,
                                                std::string_view text) {
    const auto index = parse_shard_name(text);
    if (!index) return std::unexpected(could_not_find_shard(scope, stream, text));
    return *index;
}

aws::Outcome<const Shard*> resolve_shard(const Stream& stream, std::string_view text) {
    const auto index = resolve_shard_index(stream.scope, stream.name, text);
    if (!index) return std::unexpected(index.error());
    const Shard* shard = stream.shards.find(*index);
    if (shard == nullptr) return std::unexpected(shard_not_found(stream.scope, stream.name, *index));
    return shard;
}

Streams::Done answer_nothing(std::move_only_function<void(aws::Outcome<aws::Nothing>)> reply) {
    return [reply = std::move(reply)](aws::Outcome<void> outcome) mutable {
        if (!outcome) return reply(std::unexpected(std::move(outcome.error())));
        reply(aws::Nothing{});
    };
}

}  // namespace millrace::kinesis
