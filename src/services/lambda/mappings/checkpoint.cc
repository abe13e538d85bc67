#include "services/lambda/mappings/checkpoint.h"

#include <fmt/format.h>

#include "codec/json.h"

namespace millrace::lambda {

namespace json = boost::json;

namespace {

std::string to_json(const Attempts& attempts) {
    std::string parts;
    for (const ports::Cursor last : attempts.parts)
        parts += fmt::format("{}{}", parts.empty() ? "" : ",", last.value());
    return fmt::format(R"({{"first":{},"parts":[{}],"failures":{},"invokes":{}}})", attempts.first.value(),
                       parts, attempts.failures, attempts.invokes);
}

ports::Cursor cursor_from(const json::value& value) {
    return ports::Cursor{value.to_number<std::uint64_t>()};
}

Attempts attempts_from(const json::value& value) {
    Attempts attempts{.first = cursor_from(value.at("first")),
                      .parts = {},
                      .failures = value.at("failures").to_number<int>(),
                      .invokes = value.at("invokes").to_number<int>()};
    for (const json::value& last : value.at("parts").as_array()) attempts.parts.push_back(cursor_from(last));
    return attempts;
}

}  // namespace

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
    if (!checkpoint.attempts.empty()) {
        text += R"(,"attempts":[)";
        for (const Attempts& attempts : checkpoint.attempts) {
            if (text.back() != '[') text += ',';
            text += to_json(attempts);
        }
        text += ']';
    }
    return text + "}";
}

Result<Checkpoint> checkpoint_from_json(std::string_view text) {
    try {
        // A state may be as deep as what a function answers.
        const json::value value = codec::parse_json(text).value();
        Checkpoint checkpoint{.cursor = cursor_from(value.at("cursor")),
                              .incarnation = value.at("incarnation").to_number<std::uint64_t>(),
                              .finished = value.at("finished").as_bool()};
        if (const json::value* window = value.as_object().if_contains("window")) {
            checkpoint.window = {.start = from_millis(window->at("start").to_number<std::int64_t>()),
                                 .end = from_millis(window->at("end").to_number<std::int64_t>()),
                                 .state = codec::to_json(window->at("state"))};
        }
        if (const json::value* attempts = value.as_object().if_contains("attempts")) {
            for (const json::value& of_lane : attempts->as_array())
                checkpoint.attempts.push_back(attempts_from(of_lane));
        }
        return checkpoint;
    } catch (const std::exception& error) {
        return fail(ErrorCode::kCorruption,
                    fmt::format("a checkpoint in the catalog is damaged: {}", error.what()));
    }
}

}  // namespace millrace::lambda
