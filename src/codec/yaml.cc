#include "codec/yaml.h"

#include <boost/json/parse.hpp>
#include <fmt/format.h>
#include <sstream>
#include <yaml-cpp/exceptions.h>
#include <yaml-cpp/parser.h>

#include "codec/json_places.h"
#include "codec/xml.h"
#include "codec/yaml_builder.h"

namespace millrace::codec {
namespace {

/// How parse_json() begins its errors.
constexpr std::string_view kJsonNotWellFormed = "JSON not well-formed: ";

std::unexpected<Error> refuse(std::string_view message, TextPosition position) {
    return fail(ErrorCode::kInvalidArgument, fmt::format("{} {}", message, describe_position(position)));
}

/// CloudFormation's words and the place, and behind them the reason, of an error that ends in its place.
std::unexpected<Error> not_well_formed(std::string_view format, const Error& error) {
    std::string_view reason = error.message;
    if (reason.starts_with(kJsonNotWellFormed)) reason.remove_prefix(kJsonNotWellFormed.size());
    const std::size_t place = reason.rfind(" (line ");
    if (place == std::string_view::npos)
        return fail(error.code, fmt::format("{} not well-formed: {}", format, reason));
    return fail(error.code, fmt::format("{} not well-formed. {}: {}", format, reason.substr(place + 1),
                                        reason.substr(0, place)));
}

bool is_json(std::string_view text, bool with_trailing_commas) {
    boost::json::parse_options options;
    options.max_depth = kJsonDepthMax;
    options.allow_trailing_commas = with_trailing_commas;
    boost::json::error_code error;
    (void)boost::json::parse(text, error, {}, options);
    return !error;
}

/// YAML would take it, CloudFormation does not.
bool has_trailing_commas(std::string_view text) {
    return !is_json(text, false) && is_json(text, true);
}

Result<YamlDocument> parse_as_json(std::string_view text) {
    auto value = parse_json(text);
    if (!value) return std::unexpected(value.error());
    auto places = find_json_places(text);
    if (!places) return std::unexpected(places.error());
    return YamlDocument{std::move(*value), std::move(*places)};
}

/// YAML allows the same characters as XML; its parser makes odd things of the others.
Result<> check_characters(std::string_view text) {
    for (std::size_t i = 0; i < text.size();) {
        const std::size_t length = xml_character_length(text.substr(i));
        if (length == 0) return refuse("not UTF-8, or a control character", position_at(text, i));
        i += length;
    }
    return {};
}

Result<YamlDocument> parse_as_yaml(std::string_view text) try {
    std::istringstream stream{std::string{text}};
    YAML::Parser parser{stream};
    YamlBuilder builder;
    if (!parser.HandleNextDocument(builder)) return refuse("empty document", {});
    YamlDocument document{builder.take_value(), builder.take_places()};
    if (YamlBuilder surplus; parser.HandleNextDocument(surplus)) {
        return refuse("a second document begins here", surplus.take_places().find(""));
    }
    return document;
} catch (const YAML::Exception& error) {
    const YAML::Mark& mark = error.mark;
    if (mark.is_null()) return fail(ErrorCode::kInvalidArgument, error.msg);
    return refuse(error.msg,
                  {static_cast<std::size_t>(mark.line) + 1, static_cast<std::size_t>(mark.column) + 1});
}

}  // namespace

Result<YamlDocument> parse_yaml_document(std::string_view text) {
    if (text.size() > kYamlBytesMax) {
        return fail(ErrorCode::kInvalidArgument, fmt::format("longer than {} bytes", kYamlBytesMax));
    }
    if (auto good = check_characters(text); !good) return not_well_formed("YAML", good.error());
    const std::size_t begin = text.find_first_not_of(" \t\r\n");
    if (begin == std::string_view::npos || text[begin] != '{') {
        auto yaml = parse_as_yaml(text);
        return yaml ? std::move(yaml) : not_well_formed("YAML", yaml.error());
    }
    // YAML forbids the tabs and surrogate escapes that JSON templates may hold, so what looks like JSON is
    // read as JSON.
    auto json = parse_as_json(text);
    if (json) return json;
    if (!has_trailing_commas(text)) {
        if (auto yaml = parse_as_yaml(text)) return yaml;
    }
    return not_well_formed("JSON", json.error());
}

Result<Json> parse_yaml(std::string_view text) {
    auto document = parse_yaml_document(text);
    if (!document) return std::unexpected(document.error());
    return std::move(document->value);
}

}  // namespace millrace::codec
