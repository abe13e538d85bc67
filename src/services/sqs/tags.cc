#include "services/sqs/tags.h"

#include <fmt/format.h>

#include "base/utf8.h"
#include "services/sqs/errors.h"
#include "services/sqs/limits.h"

namespace millrace::sqs {
namespace {

constexpr std::size_t kKeyCharactersMax = 128;
constexpr std::size_t kValueCharactersMax = 256;

}  // namespace

aws::Outcome<void> add_tags(QueueDescription& queue, std::map<std::string, std::string> tags) {
    for (auto& [key, value] : tags) {
        if (key.empty() || utf8_length(key) > kKeyCharactersMax) {
            return std::unexpected(invalid_parameter(
                fmt::format("Tag keys must be between 1 and {} characters in length.", kKeyCharactersMax)));
        }
        if (utf8_length(value) > kValueCharactersMax) {
            return std::unexpected(invalid_parameter(
                fmt::format("Tag values must be at most {} characters in length.", kValueCharactersMax)));
        }
        queue.tags.insert_or_assign(key, std::move(value));
    }
    if (queue.tags.size() > kTagsMax) {
        return std::unexpected(
            invalid_parameter(fmt::format("Too many tags added for queue {}.", queue.name)));
    }
    return {};
}

}  // namespace millrace::sqs
