#include "services/lambda/filters/filter_pattern.h"

#include <algorithm>

namespace millrace::lambda {

namespace {

using codec::Json;
using Node = FilterPattern::Node;
using Field = FilterPattern::Field;

struct Compiler {
    std::string_view document_key;
    FilterPattern::PlainDocuments plain_documents;
    bool document_asked_for = false;

    bool compile(const Json& json, bool top, Node& node) {
        if (!json.is_object() || json.get_object().empty()) return false;
        return std::ranges::all_of(json.get_object(), [&](const auto& member) {
            if (member.key() == "$or") return compile_or(member.value(), top, node);
            return compile_field(member.key(), member.value(), top, node);
        });
    }

    bool compile_or(const Json& json, bool top, Node& node) {
        if (!json.is_array() || json.get_array().size() < 2) return false;
        std::vector<Node>& alternatives = node.alternatives.emplace_back();
        return std::ranges::all_of(json.get_array(), [&](const Json& alternative) {
            return compile(alternative, top, alternatives.emplace_back());
        });
    }

    bool compile_field(std::string_view name, const Json& json, bool top, Node& node) {
        Field& field = node.fields.emplace_back();
        field.name = name;
        field.document = top && name == document_key;
        document_asked_for = document_asked_for || field.document;
        if (json.is_object()) return compile(json, false, field.object.emplace_back());
        if (!json.is_array() || json.get_array().empty()) return false;
        if (field.document && plain_documents == FilterPattern::PlainDocuments::kRefused) return false;
        return std::ranges::all_of(json.get_array(), [&](const Json& element) {
            auto test = Condition::parse(element);
            if (test) field.conditions.push_back(std::move(*test));
            return test.has_value();
        });
    }
};

enum class Found { kNothing, kMatch, kMismatch };

// An array's elements are values of the field; an object is none.
Found look(const std::vector<Condition>& conditions, const Json& value) {
    if (value.is_object()) return Found::kNothing;
    if (value.is_array()) {
        Found found = Found::kNothing;
        for (const Json& element : value.get_array()) {
            const Found one = look(conditions, element);
            if (one == Found::kMatch) return one;
            if (one == Found::kMismatch) found = one;
        }
        return found;
    }
    const bool match =
        std::ranges::any_of(conditions, [&](const Condition& one) { return one.matches(value); });
    return match ? Found::kMatch : Found::kMismatch;
}

bool matches_value(const std::vector<Condition>& conditions, const Json* value) {
    const Found found = value == nullptr ? Found::kNothing : look(conditions, *value);
    if (found == Found::kNothing) return std::ranges::any_of(conditions, &Condition::matches_absence);
    return found == Found::kMatch;
}

bool matches_members(const Node& node, const codec::JsonObject* object);

// Where a pattern goes deeper and the record does not, everything below is absent.
bool matches_object(const Node& node, const Json* value) {
    if (value != nullptr && value->is_array() && !value->get_array().empty()) {
        return std::ranges::any_of(value->get_array(),
                                   [&](const Json& element) { return matches_object(node, &element); });
    }
    return matches_members(node, value != nullptr && value->is_object() ? &value->get_object() : nullptr);
}

bool matches_field(const Field& field, const codec::JsonObject* object) {
    const Json* value = object == nullptr ? nullptr : object->if_contains(field.name);
    if (field.document) {
        const bool plain = value != nullptr && value->is_string();
        if (plain != field.object.empty()) return false;
    }
    return field.object.empty() ? matches_value(field.conditions, value)
                                : matches_object(field.object.front(), value);
}

bool matches_members(const Node& node, const codec::JsonObject* object) {
    const auto one_matches = [&](const std::vector<Node>& alternatives) {
        return std::ranges::any_of(alternatives,
                                   [&](const Node& one) { return matches_members(one, object); });
    };
    return std::ranges::all_of(node.fields,
                               [&](const Field& field) { return matches_field(field, object); }) &&
           std::ranges::all_of(node.alternatives, one_matches);
}

}  // namespace

Result<FilterPattern> FilterPattern::parse(std::string_view text, std::string_view document_key,
                                           PlainDocuments plain_documents) {
    const Result<Json> json = codec::parse_json(text);
    Compiler compiler{.document_key = document_key, .plain_documents = plain_documents};
    Node root;
    if (!json || !compiler.compile(*json, true, root)) {
        return fail(ErrorCode::kInvalidArgument, "Invalid filter pattern definition.");
    }
    return FilterPattern(std::move(root), compiler.document_asked_for);
}

bool FilterPattern::matches(const codec::JsonObject& record) const {
    return matches_members(root_, &record);
}

}  // namespace millrace::lambda
