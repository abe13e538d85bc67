#include "services/lambda/mappings/checkpoint.h"

#include <fmt/format.h>

#include "codec/json.h"

namespace millrace::lambda {

namespace json = boost::json;

std::string checkpoint_prefix(std::string_view mapping_uuid) {
    return fmt::format("lambda/checkpoints/{}/", mapping_uuid);
}

std::string checkpoint_key(std::string_view mapping_uuid, std::string_view shard_id) {
    return checkpoint_prefix(mapping_uuid) + std::string(shard_id);
}

std::string to_json(const Checkpoint& checkpoint) {
    std::string text = fmt::format(R"({{"cursor":{},"incarnation":{},"finished":{})",
                                   checkpoint.cursor.value(), checkpoint.incarnation, checkpoint.finished);
    if (const auto& window = checkpoint.window) {
        text += fmt::format(R"(,"window":{{"start":{},"end":{},"state":{}}})", to_millis(window->start),
                            to_millis(window->end), window->state);
    }
    return text + "}";
}

Result<Checkpoint> checkpoint_from_json(std::string_view text) {
    try {
        // A state may be as deep as what a function answers.
        const json::value value = codec::parse_json(text).value();
        Checkpoint checkpoint{.cursor = ports::Cursor{value.at("cursor").to_number<std::uint64_t>()},
                              .incarnation = value.at("incarnation").to_number<std::uint64_t>(),
                              .finished = value.at("finished").as_bool()};
        if (const json::value* window = value.as_object().if_contains("window")) {
            checkpoint.window = {.start = from_millis(window->at("start").to_number<std::int64_t>()),
                                 .end = from_millis(window->at("end").to_number<std::int64_t>()),
                                 .state = codec::to_json(window->at("state"))};
        }
        return checkpoint;
    } catch (const std::exception& error) {
        return fail(ErrorCode::kCorruption,
                    fmt::format("a checkpoint in the catalog is damaged: {}", error.what()));
    }
}

}  // namespace millrace::lambda
