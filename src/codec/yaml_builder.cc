#include "codec/yaml_builder.h"

#include <algorithm>
#include <array>
#include <fmt/format.h>
#include <yaml-cpp/exceptions.h>

#include "base/number.h"
#include "codec/yaml.h"

namespace millrace::codec {
namespace {

constexpr std::string_view kFunctions[] = {
    "And",       "Base64",       "Cidr",      "Contains", "EachMemberEquals", "EachMemberIn", "Equals",
    "FindInMap", "ForEach",      "GetAZs",    "GetAtt",   "GetStackOutput",   "If",           "ImportValue",
    "Join",      "Length",       "Not",       "Or",       "RefAll",           "Select",       "Split",
    "Sub",       "ToJsonString", "Transform", "ValueOf",  "ValueOfAll"};

/// What a value counts besides its text.
constexpr std::size_t kValueBytes = 32;

TextPosition position_of(const YAML::Mark& mark) {
    return {static_cast<std::size_t>(mark.line) + 1, static_cast<std::size_t>(mark.column) + 1};
}

[[noreturn]] void refuse(const YAML::Mark& mark, const std::string& message) {
    throw YAML::ParserException(mark, message);
}

/// "!Join" is "Fn::Join", "!Ref" is "Ref"; empty for what is no short tag: none, "?" (plain) and "!"
/// (quoted).
std::string function_of(const YAML::Mark& mark, const std::string& tag) {
    if (tag.empty() || tag == "?" || tag == "!") return {};
    const std::string_view name = std::string_view{tag}.substr(1);
    if (tag == "!Ref" || tag == "!Condition") return std::string{name};
    if (tag.front() == '!' && std::ranges::find(kFunctions, name) != std::end(kFunctions)) {
        return "Fn::" + std::string{name};
    }
    refuse(mark, fmt::format("unknown tag {}", tag));
}

/// A number only if writing it gives the same text again: nothing that was written is lost.
template <class Number>
std::optional<Json> typed_as(std::string_view text) {
    const auto number = parse_number<Number>(text);
    if (!number) return std::nullopt;
    Json value(*number);
    if (to_json(value) != text) return std::nullopt;
    return value;
}

/// As in YAML 1.1, but for "y" and "n".
constexpr std::array<std::string_view, 9> kTrue = {"true", "True", "TRUE", "yes", "Yes",
                                                   "YES",  "on",   "On",   "ON"};
constexpr std::array<std::string_view, 9> kFalse = {"false", "False", "FALSE", "no", "No",
                                                    "NO",    "off",   "Off",   "OFF"};

Json plain_scalar(const std::string& text) {
    if (std::ranges::find(kTrue, text) != kTrue.end()) return true;
    if (std::ranges::find(kFalse, text) != kFalse.end()) return false;
    if (auto integer = typed_as<std::int64_t>(text)) return std::move(*integer);
    if (auto number = typed_as<double>(text)) return std::move(*number);
    return Json(text);
}

/// The value under a short tag, as the long form has it.
Json call(std::string_view function, Json argument) {
    if (function == "Fn::GetAtt" && argument.is_string()) {
        const std::string text{std::string_view{argument.get_string()}};
        if (const std::size_t dot = text.find('.'); dot != std::string::npos) {
            argument = JsonArray{Json(text.substr(0, dot)), Json(text.substr(dot + 1))};
        }
    }
    return JsonObject{{function, std::move(argument)}};
}

}  // namespace

void YamlBuilder::OnDocumentStart(const YAML::Mark& mark) {
    places_.set_root(position_of(mark));
}

void YamlBuilder::OnNull(const YAML::Mark& mark, YAML::anchor_t anchor) {
    mark_ = mark;
    if (expects_key()) return add_key(mark, "null");
    enter(mark);
    count(kValueBytes);
    remember(anchor, {nullptr, kValueBytes, 0});
    leave(nullptr, 0);
}

void YamlBuilder::OnAlias(const YAML::Mark& mark, YAML::anchor_t anchor) {
    mark_ = mark;
    const auto anchored = anchors_.find(anchor);
    if (anchored == anchors_.end()) refuse(mark, "an alias stands inside the value that it names");
    const auto& [value, bytes, depth] = anchored->second;
    if (expects_key()) {
        if (!value.is_string()) refuse(mark, "a key must be a string");
        return add_key(mark, value.get_string());
    }
    enter(mark);
    count(bytes);
    leave(value, depth);
}

void YamlBuilder::OnScalar(const YAML::Mark& mark, const std::string& tag, YAML::anchor_t anchor,
                           const std::string& text) {
    mark_ = mark;
    const std::string function = function_of(mark, tag);
    if (expects_key()) {
        if (!function.empty()) refuse(mark, "a key must be a string");
        if (tag == "?" && text == "<<") refuse(mark, "merge keys (<<) are not supported");
        remember(anchor, {Json(text), kValueBytes + text.size(), 0});
        return add_key(mark, text);
    }
    enter(mark);
    count(kValueBytes + text.size());
    Json value = tag == "?" ? plain_scalar(text) : Json(text);
    std::size_t depth = 0;
    if (!function.empty()) {
        value = call(function, std::move(value));
        depth = 2;  // of the deepest, GetAtt
    }
    remember(anchor, {value, kValueBytes + text.size(), depth});
    leave(std::move(value), depth);
}

void YamlBuilder::OnSequenceStart(const YAML::Mark& mark, const std::string& tag, YAML::anchor_t anchor,
                                  YAML::EmitterStyle::value /*style*/) {
    open(mark, tag, anchor, JsonArray{});
}

void YamlBuilder::OnSequenceEnd() {
    close();
}

void YamlBuilder::OnMapStart(const YAML::Mark& mark, const std::string& tag, YAML::anchor_t anchor,
                             YAML::EmitterStyle::value /*style*/) {
    open(mark, tag, anchor, JsonObject{});
}

void YamlBuilder::OnMapEnd() {
    close();
}

bool YamlBuilder::expects_key() const {
    return !levels_.empty() && levels_.back().value.is_object() && !levels_.back().key;
}

void YamlBuilder::add_key(const YAML::Mark& mark, std::string_view key) {
    Level& level = levels_.back();
    if (level.value.get_object().contains(key)) refuse(mark, fmt::format("duplicate key \"{}\"", key));
    count(key.size());
    level.key = std::string{key};
    level.member = places_.add(level.place, key, position_of(mark));
}

PlaceMap::Id YamlBuilder::enter(const YAML::Mark& mark) {
    if (levels_.empty()) return PlaceMap::kRoot;
    const Level& level = levels_.back();
    if (level.key) return level.member;
    return places_.add(level.place, std::to_string(level.value.get_array().size()), position_of(mark));
}

void YamlBuilder::leave(Json value, std::size_t depth) {
    if (depth > kJsonDepthMax) refuse(mark_, "nested too deeply");
    if (levels_.empty()) {
        root_ = std::move(value);
        return;
    }
    Level& level = levels_.back();
    level.inner_depth = std::max(level.inner_depth, depth);
    if (level.key) {
        level.value.get_object().emplace(*level.key, std::move(value));
        level.key.reset();
    } else {
        level.value.get_array().push_back(std::move(value));
    }
}

void YamlBuilder::open(const YAML::Mark& mark, const std::string& tag, YAML::anchor_t anchor, Json value) {
    mark_ = mark;
    if (expects_key()) refuse(mark, "a key must be a string");
    std::string function = function_of(mark, tag);
    PlaceMap::Id place = enter(mark);
    if (!function.empty()) place = places_.add(place, function, position_of(mark));
    const std::size_t bytes_before = bytes_;
    count(kValueBytes);
    levels_.push_back({std::move(value), std::move(function), anchor, place, bytes_before, 0, {}, 0});
}

void YamlBuilder::close() {
    Level level = std::move(levels_.back());
    levels_.pop_back();
    std::size_t depth = level.inner_depth + 1;
    if (!level.function.empty()) {
        level.value = call(level.function, std::move(level.value));
        ++depth;
    }
    remember(level.anchor, {level.value, bytes_ - level.bytes_before, depth});
    leave(std::move(level.value), depth);
}

void YamlBuilder::remember(YAML::anchor_t anchor, const Anchored& anchored) {
    if (anchor == YAML::NullAnchor) return;
    count(anchored.bytes);  // the copy costs as much as an alias
    anchors_.insert_or_assign(anchor, anchored);
}

void YamlBuilder::count(std::size_t bytes) {
    bytes_ += bytes;
    if (bytes_ > kYamlExpandedBytesMax) refuse(mark_, "too large with its aliases written out");
}

}  // namespace millrace::codec
