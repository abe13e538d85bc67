#include "services/cloudformation/drift/compare.h"

#include <algorithm>
#include <fmt/format.h>
#include <optional>

#include "codec/json.h"
#include "services/cloudformation/template/names.h"
#include "services/cloudformation/template/plan.h"

namespace millrace::cloudformation {

namespace {

namespace json = boost::json;

std::string shown(const json::value& value) {
    auto text = scalar_text(value);
    return text ? std::move(*text) : codec::to_json(value);
}

/// What tells an element of a list of objects: its Key, as tags have one.
std::optional<std::string> key_of(const json::value& element) {
    const json::value* key = element.is_object() ? element.get_object().if_contains("Key") : nullptr;
    return key == nullptr ? std::nullopt : scalar_text(*key);
}

class Comparison {
  public:
    void compare(const std::string& path, const json::value& expected, const json::value& actual) {
        if (equivalent_values(expected, actual)) return;
        if (actual.is_null()) return add(path, shown(expected), "null", "REMOVE");
        if (expected.is_object() && actual.is_object())
            return compare_objects(path, expected.get_object(), actual.get_object());
        if (expected.is_array() && actual.is_array())
            return compare_lists(path, expected.get_array(), actual.get_array());
        add(path, shown(expected), shown(actual), "NOT_EQUAL");
    }

    std::vector<PropertyDifference> found;

  private:
    void add(std::string path, std::string expected, std::string actual, std::string type) {
        found.push_back({std::move(path), std::move(expected), std::move(actual), std::move(type)});
    }

    void compare_objects(const std::string& path, const json::object& expected, const json::object& actual) {
        for (const auto& [name, value] : expected) {
            const json::value* other = actual.if_contains(name);
            compare(join_path(path, name), value, other == nullptr ? json::value() : *other);
        }
        for (const auto& [name, value] : actual) {
            if (!expected.contains(name) && !value.is_null())
                add(join_path(path, name), "null", shown(value), "ADD");
        }
    }

    void compare_lists(const std::string& path, const json::array& expected, const json::array& actual) {
        std::vector<std::size_t> left;
        for (std::size_t i = 0; i < actual.size(); ++i) left.push_back(i);
        const auto take = [&](auto matches) {
            const auto found_at =
                std::ranges::find_if(left, [&](std::size_t i) { return matches(actual[i]); });
            if (found_at == left.end()) return actual.size();
            const std::size_t index = *found_at;
            left.erase(found_at);
            return index;
        };
        std::vector<std::size_t> missing;
        for (std::size_t i = 0; i < expected.size(); ++i) {
            const auto same = [&](const json::value& other) { return equivalent_values(expected[i], other); };
            if (take(same) == actual.size()) missing.push_back(i);
        }
        for (const std::size_t i : missing) {
            const auto key = key_of(expected[i]);
            const std::size_t other =
                key ? take([&](const json::value& element) { return key_of(element) == key; })
                    : actual.size();
            const std::string at = fmt::format("{}/{}", path, i);
            if (other == actual.size()) {
                add(at, shown(expected[i]), "null", "REMOVE");
            } else {
                compare(at, expected[i], actual[other]);
            }
        }
        for (const std::size_t i : left) add(fmt::format("{}/{}", path, i), "null", shown(actual[i]), "ADD");
    }
};

}  // namespace

std::vector<PropertyDifference> compare_properties(const json::object& expected, const json::object& actual) {
    Comparison comparison;
    for (const auto& [name, value] : expected) {
        if (const json::value* now = actual.if_contains(name))
            comparison.compare(fmt::format("/{}", std::string_view(name)), value, *now);
    }
    return std::move(comparison.found);
}

}  // namespace millrace::cloudformation
