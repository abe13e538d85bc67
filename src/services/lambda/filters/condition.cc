#include "services/lambda/filters/condition.h"

#include <algorithm>
#include <compare>

#include "base/ascii.h"

namespace millrace::lambda {

namespace {

using codec::Json;

bool is_scalar(const Json& value) {
    return !value.is_object() && !value.is_array();
}

std::partial_ordering compare(const Json& a, const Json& b) {
    if (a.is_int64() && b.is_int64()) return a.get_int64() <=> b.get_int64();
    if (a.is_uint64() && b.is_uint64()) return a.get_uint64() <=> b.get_uint64();
    return a.to_number<double>() <=> b.to_number<double>();
}

bool equal(const Json& a, const Json& b) {
    if (a.is_number() && b.is_number()) return compare(a, b) == 0;
    return a == b;
}

std::optional<Condition> parse_text(std::string_view name, const Json& value) {
    if (!value.is_string()) return std::nullopt;
    const std::string text(value.get_string());
    if (name == "prefix") return Condition{Condition::Prefix{text}};
    if (name == "suffix") return Condition{Condition::Suffix{text}};
    return Condition{Condition::EqualsIgnoreCase{text}};
}

bool is_text_operator(std::string_view name) {
    return name == "prefix" || name == "suffix" || name == "equals-ignore-case";
}

// {"anything-but": 1}, {"anything-but": ["a", "b"]}, {"anything-but": {"prefix": ["a", "b"]}}
std::optional<Condition> parse_anything_but(const Json& value) {
    Condition::AnythingBut but;
    std::string_view operation;
    const Json* excluded = &value;
    if (value.is_object()) {
        const codec::JsonObject& object = value.get_object();
        if (object.size() != 1 || !is_text_operator(object.begin()->key())) return std::nullopt;
        operation = object.begin()->key();
        excluded = &object.begin()->value();
    }
    const auto add = [&](const Json& one) {
        if (!operation.empty()) {
            auto test = parse_text(operation, one);
            if (test) but.excluded.push_back(std::move(*test));
            return test.has_value();
        }
        if (!one.is_string() && !one.is_number()) return false;
        but.excluded.push_back({Condition::Equals{one}});
        return true;
    };
    if (!excluded->is_array())
        return add(*excluded) ? std::optional(Condition{std::move(but)}) : std::nullopt;
    const codec::JsonArray& list = excluded->get_array();
    const auto kind_differs = [&](const Json& one) { return one.is_string() != list.front().is_string(); };
    if (list.empty() || std::ranges::any_of(list, kind_differs)) return std::nullopt;
    if (!std::ranges::all_of(list, add)) return std::nullopt;
    return Condition{std::move(but)};
}

// ["=", 1], [">", 1], [">=", 1, "<", 2]: one bound, or a lower and then an upper one.
std::optional<Condition> parse_numeric(const Json& value) {
    if (!value.is_array()) return std::nullopt;
    const codec::JsonArray& list = value.get_array();
    if (list.size() != 2 && list.size() != 4) return std::nullopt;
    Condition::Range range;
    for (std::size_t i = 0; i < list.size(); i += 2) {
        if (!list[i].is_string() || !list[i + 1].is_number()) return std::nullopt;
        const std::string_view operation = list[i].get_string();
        const double number = list[i + 1].to_number<double>();
        if (number > kFilterNumberMax || number < -kFilterNumberMax) return std::nullopt;
        const Condition::Bound bound{list[i + 1], operation != "<" && operation != ">"};
        if (operation == "=" && list.size() == 2) {
            range.low = range.high = bound;
        } else if ((operation == ">" || operation == ">=") && i == 0) {
            range.low = bound;
        } else if ((operation == "<" || operation == "<=") && (list.size() == 2 || i == 2)) {
            range.high = bound;
        } else {
            return std::nullopt;
        }
    }
    const bool both = list.size() == 4;
    if (both && (!range.low || !(compare(range.low->value, range.high->value) < 0))) return std::nullopt;
    return Condition{std::move(range)};
}

bool within(const Condition::Range& range, const Json& value) {
    if (!value.is_number()) return false;
    const auto inside = [&](const std::optional<Condition::Bound>& bound, auto outward) {
        if (!bound) return true;
        const std::partial_ordering order = compare(value, bound->value);
        return order == 0 ? bound->inclusive : !outward(order);
    };
    return inside(range.low, [](auto order) { return order < 0; }) &&
           inside(range.high, [](auto order) { return order > 0; });
}

struct Matcher {
    const Json& value;

    bool operator()(const Condition::Equals& t) const { return equal(t.value, value); }
    bool operator()(const Condition::EqualsIgnoreCase& t) const {
        return value.is_string() && equal_ignoring_case(value.get_string(), t.text);
    }
    bool operator()(const Condition::Prefix& t) const {
        return value.is_string() && std::string_view(value.get_string()).starts_with(t.text);
    }
    bool operator()(const Condition::Suffix& t) const {
        return value.is_string() && std::string_view(value.get_string()).ends_with(t.text);
    }
    bool operator()(const Condition::Range& t) const { return within(t, value); }
    bool operator()(const Condition::Exists& t) const { return t.wanted; }
    bool operator()(const Condition::AnythingBut& t) const {
        return std::ranges::none_of(t.excluded, [&](const Condition& one) { return one.matches(value); });
    }
};

}  // namespace

std::optional<Condition> Condition::parse(const Json& element) {
    if (is_scalar(element)) return Condition{Equals{element}};
    if (!element.is_object() || element.get_object().size() != 1) return std::nullopt;
    const std::string_view name = element.get_object().begin()->key();
    const Json& value = element.get_object().begin()->value();
    if (is_text_operator(name)) return parse_text(name, value);
    if (name == "anything-but") return parse_anything_but(value);
    if (name == "numeric") return parse_numeric(value);
    if (name == "exists" && value.is_bool()) return Condition{Exists{value.get_bool()}};
    return std::nullopt;
}

bool Condition::matches(const Json& value) const {
    return std::visit(Matcher{value}, test);
}

bool Condition::matches_absence() const {
    const auto* exists = std::get_if<Exists>(&test);
    return exists != nullptr && !exists->wanted;
}

}  // namespace millrace::lambda
