#include "services/s3/tags.h"

#include <fmt/format.h>

#include "base/utf8.h"
#include "codec/form.h"
#include "services/s3/errors.h"
#include "services/s3/limits.h"

namespace millrace::s3 {
namespace {

aws::Outcome<void> check_tag(std::string_view key, std::string_view value) {
    if (key.empty() || utf8_length(key) > kTagKeyCharactersMax || !is_utf8(key))
        return std::unexpected(error("InvalidTag", "The TagKey you have provided is invalid"));
    if (utf8_length(value) > kTagValueCharactersMax || !is_utf8(value))
        return std::unexpected(error("InvalidTag", "The TagValue you have provided is invalid"));
    return {};
}

aws::Outcome<void> add_tag(Tags& tags, std::string key, std::string value) {
    if (auto good = check_tag(key, value); !good) return good;
    if (!tags.emplace(std::move(key), std::move(value)).second)
        return std::unexpected(error("InvalidTag", "Cannot provide multiple Tags with the same key"));
    return {};
}

aws::Outcome<void> check_count(const Tags& tags, std::size_t count_max, std::size_t system = 0) {
    if (tags.size() <= count_max + system) return {};
    return std::unexpected(
        error("BadRequest", fmt::format("Object tags cannot be greater than {}", count_max)));
}

}  // namespace

aws::Outcome<Tags> parse_tagging(std::string_view header) {
    const auto form = codec::parse_form(header);
    if (!form) {
        return std::unexpected(
            invalid_argument("The header 'x-amz-tagging' shall be encoded as UTF-8 then URLEncoded URL query "
                             "parameters without "
                             "tag name duplicates.",
                             "x-amz-tagging", header));
    }
    Tags tags;
    for (const auto& [key, value] : *form) {
        if (auto added = add_tag(tags, key, value); !added) return std::unexpected(std::move(added.error()));
    }
    if (auto good = check_count(tags, kObjectTagsMax); !good) return std::unexpected(std::move(good.error()));
    return tags;
}

aws::Outcome<Tags> to_tags(const std::vector<api::s3::Tag>& tags, std::size_t count_max, std::size_t system) {
    Tags out;
    for (const auto& tag : tags) {
        if (auto added = add_tag(out, tag.key, tag.value); !added)
            return std::unexpected(std::move(added.error()));
    }
    if (auto good = check_count(out, count_max, system); !good)
        return std::unexpected(std::move(good.error()));
    return out;
}

std::vector<api::s3::Tag> from_tags(const Tags& tags) {
    std::vector<api::s3::Tag> out;
    for (const auto& [key, value] : tags) out.push_back({.key = key, .value = value});
    return out;
}

}  // namespace millrace::s3
