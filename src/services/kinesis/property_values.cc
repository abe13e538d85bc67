#include "services/kinesis/property_values.h"

#include <boost/json/value.hpp>
#include <fmt/format.h>
#include <optional>

#include "api/kinesis.h"
#include "codec/json.h"
#include "ports/system_tags.h"
#include "services/kinesis/limits.h"

namespace millrace::kinesis {
namespace {

using boost::json::object;
using boost::json::value;

constexpr std::size_t kNameCharactersMax = 128;
constexpr std::size_t kTagKeyCharactersMax = 128;
constexpr std::size_t kTagValueCharactersMax = 256;

}  // namespace

std::unexpected<aws::ServiceError> invalid(std::string_view property, std::string_view problem) {
    return std::unexpected(
        api::kinesis::validation_exception(fmt::format("Property {} {}.", property, problem)));
}

bool is_name(std::string_view name) {
    return !name.empty() && name.size() <= kNameCharactersMax &&
           name.find_first_not_of("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_.-") ==
               name.npos;
}

aws::Outcome<std::string> read_text(const object& properties, std::string_view property) {
    const value* given = properties.if_contains(property);
    if (given == nullptr || !given->is_string() || given->get_string().empty())
        return invalid(property, "must be a string");
    return std::string(given->get_string());
}

/// Numbers and booleans count as their texts, as for every property.
std::optional<std::string> text_member(const value& of, std::string_view name) {
    const object* members = of.if_object();
    const value* member = members == nullptr ? nullptr : members->if_contains(name);
    if (member == nullptr || member->is_structured() || member->is_null()) return std::nullopt;
    if (member->is_double()) return fmt::format("{}", member->get_double());
    return member->is_string() ? std::string(member->get_string()) : codec::to_json(*member);
}

aws::Outcome<void> read_tags(const object& properties, Tags& out) {
    const value* given = properties.if_contains("Tags");
    if (given == nullptr) return {};
    if (!given->is_array()) return invalid("Tags", "must be a list");
    for (const value& tag : given->get_array()) {
        const auto key = text_member(tag, "Key");
        const auto text = text_member(tag, "Value");
        if (!key || !text || key->empty() || key->size() > kTagKeyCharactersMax ||
            text->size() > kTagValueCharactersMax) {
            return invalid("Tags",
                           "must hold objects with a Key of 1 to 128 and a Value of at most 256 characters");
        }
        out.insert_or_assign(*key, *text);
    }
    if (ports::has_system_tag(out))
        return std::unexpected(api::kinesis::validation_exception(ports::kSystemTagRefused));
    if (out.size() > kTagsPerResourceMax) {
        return invalid("Tags", fmt::format("must not hold more than {} tags", kTagsPerResourceMax));
    }
    return {};
}

}  // namespace millrace::kinesis
