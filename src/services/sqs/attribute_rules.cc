#include "services/sqs/attribute_rules.h"

#include <algorithm>
#include <charconv>
#include <fmt/format.h>

#include "aws/model/pattern.h"
#include "base/utf8.h"
#include "services/sqs/characters.h"
#include "services/sqs/errors.h"
#include "services/sqs/limits.h"

namespace millrace::sqs {
namespace {

std::unexpected<aws::ServiceError> refuse(std::string message) {
    return std::unexpected(invalid_parameter(std::move(message)));
}

/// Letters of any script.
constinit const aws::Pattern kName(R"([\p{L}0-9_.-]+)", R"([\pL0-9_.-]+)");

bool is_type_character(char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_' ||
           c == '-' || c == '.';
}

bool starts_with_any_case(std::string_view text, std::string_view lower_case_prefix) {
    const auto same = [](char a, char b) { return (a >= 'A' && a <= 'Z' ? a - 'A' + 'a' : a) == b; };
    return text.size() >= lower_case_prefix.size() &&
           std::ranges::equal(text.substr(0, lower_case_prefix.size()), lower_case_prefix, same);
}

aws::Outcome<void> check_name(std::string_view name) {
    if (name.empty() || utf8_length(name) > kAttributeNameCharactersMax) {
        return refuse(
            fmt::format("The length of message attribute name '{}' must be from 1 to {} characters.", name,
                        kAttributeNameCharactersMax));
    }
    if (!kName.matches(name) || name.starts_with('.') || name.ends_with('.') ||
        name.find("..") != std::string_view::npos) {
        return refuse(
            "Invalid message attribute name. Names contain letters, digits, underscores, hyphens and "
            "periods, and "
            "neither begin nor end with a period nor have two in a row.");
    }
    if (starts_with_any_case(name, "aws.") || starts_with_any_case(name, "amazon.")) {
        return refuse(
            "You can't use message attribute names beginning with 'AWS.' or 'Amazon.'. These strings are "
            "reserved for internal use.");
    }
    return {};
}

/// "Number" of "Number.int"
std::string_view base_type(std::string_view type) {
    return type.substr(0, type.find('.'));
}

aws::Outcome<void> check_type(std::string_view name, std::string_view type) {
    if (type.empty()) {
        return refuse(
            fmt::format("The message attribute '{}' must contain non-empty message attribute type.", name));
    }
    const std::string_view base = base_type(type);
    if (base != "String" && base != "Number" && base != "Binary") {
        return refuse(
            fmt::format("The type of message (user) attribute '{}' is invalid. You must use only the "
                        "following supported type prefixes: Binary, Number, String.",
                        name));
    }
    if (type.size() > kAttributeNameCharactersMax || !std::ranges::all_of(type, is_type_character)) {
        return refuse(fmt::format("The message attribute '{}' has an invalid message attribute type.", name));
    }
    return {};
}

bool is_number(std::string_view text) {
    if (text.starts_with('+')) text.remove_prefix(1);
    double value = 0;
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
    const bool digits =
        text.find_first_of("0123456789") != std::string_view::npos;  // neither "nan" nor "inf"
    return end == text.data() + text.size() && error != std::errc::invalid_argument && digits;
}

aws::Outcome<std::string> checked_value(const std::string& name, api::sqs::MessageAttributeValue& value) {
    if (value.string_list_values || value.binary_list_values) {
        return std::unexpected(api::sqs::unsupported_operation(
            "Message attribute list values in SendMessage operation are not supported."));
    }
    const bool binary = base_type(value.data_type) == "Binary";
    std::string text = std::move(binary ? value.binary_value : value.string_value).value_or("");
    if (text.empty()) {
        return refuse(
            fmt::format("Message (user) attribute '{}' must contain a non-empty value of type '{}'.", name,
                        value.data_type));
    }
    if (binary) return text;
    if (!has_only_allowed_characters(text)) {
        return refuse(
            fmt::format("Invalid characters found in the value of message attribute '{}'. Valid unicode "
                        "characters are #x9 | #xA | #xD | #x20 to #xD7FF | #xE000 to #xFFFD | #x10000 to "
                        "#x10FFFF",
                        name));
    }
    if (base_type(value.data_type) == "Number" && !is_number(text)) {
        return refuse(
            fmt::format("Can't cast the value of message (user) attribute '{}' to a number.", name));
    }
    return text;
}

}  // namespace

aws::Outcome<MessageAttributes> checked_attributes(
    std::map<std::string, api::sqs::MessageAttributeValue> attributes) {
    if (attributes.size() > kMessageAttributesMax) {
        return refuse(fmt::format("Number of message attributes [{}] exceeds the allowed maximum [{}].",
                                  attributes.size(), kMessageAttributesMax));
    }
    MessageAttributes checked;
    for (auto& [name, value] : attributes) {
        if (auto named = check_name(name); !named) return std::unexpected(std::move(named.error()));
        if (auto typed = check_type(name, value.data_type); !typed)
            return std::unexpected(std::move(typed.error()));
        auto text = checked_value(name, value);
        if (!text) return std::unexpected(std::move(text.error()));
        checked.emplace(name, MessageAttribute{std::move(value.data_type), std::move(*text)});
    }
    return checked;
}

aws::Outcome<void> check_id(std::string_view parameter, std::string_view text) {
    if (!text.empty() && text.size() <= kIdCharactersMax &&
        std::ranges::all_of(text, [](char c) { return c > ' ' && c <= '~'; })) {
        return {};
    }
    return std::unexpected(invalid_parameter(
        text, parameter,
        fmt::format("{} can only include alphanumeric and punctuation characters. 1 to {} in length.",
                    parameter, kIdCharactersMax)));
}

}  // namespace millrace::sqs
