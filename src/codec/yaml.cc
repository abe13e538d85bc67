#include "codec/yaml.h"

#include <fmt/format.h>
#include <sstream>
#include <yaml-cpp/exceptions.h>
#include <yaml-cpp/parser.h>

#include "codec/json_places.h"
#include "codec/xml.h"
#include "codec/yaml_builder.h"

namespace millrace::codec {
namespace {

std::unexpected<Error> refuse(std::string_view message, TextPosition position) {
    return fail(ErrorCode::kInvalidArgument, fmt::format("{} {}", message, describe_position(position)));
}

Result<YamlDocument> parse_as_json(std::string_view text) {
    auto value = parse_json(text);
    if (!value) return std::unexpected(value.error());
    auto places = find_json_places(text);
    if (!places) return std::unexpected(places.error());
    return YamlDocument{std::move(*value), std::move(*places)};
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
    // YAML allows the same characters as XML; its parser makes odd things of the others.
    for (std::size_t i = 0; i < text.size();) {
        const std::size_t length = xml_character_length(text.substr(i));
        if (length == 0) return refuse("not UTF-8, or a control character", position_at(text, i));
        i += length;
    }
    const std::size_t begin = text.find_first_not_of(" \t\r\n");
    if (begin == std::string_view::npos || text[begin] != '{') return parse_as_yaml(text);
    // YAML forbids the tabs and surrogate escapes that JSON templates may hold, so what looks like JSON is
    // read as JSON.
    auto json = parse_as_json(text);
    if (json) return json;
    auto yaml = parse_as_yaml(text);
    return yaml ? std::move(yaml) : std::move(json);
}

Result<Json> parse_yaml(std::string_view text) {
    auto document = parse_yaml_document(text);
    if (!document) return std::unexpected(document.error());
    return std::move(document->value);
}

}  // namespace millrace::codec
