#include "aws/model/validate.h"

#include <algorithm>
#include <fmt/format.h>
#include <fmt/ranges.h>
#include <string>
#include <vector>

#include "aws/model/describe.h"
#include "aws/model/pattern.h"
#include "base/utf8.h"

namespace millrace::aws {

namespace {

template <class T>
const T& as(const void* value) {
    return *static_cast<const T*>(value);
}

bool is_scalar(const Shape& shape) {
    return shape.kind != Kind::kStructure && shape.kind != Kind::kList && shape.kind != Kind::kMap;
}

bool is_numeric(const Shape& shape) {
    return shape.kind == Kind::kInteger || shape.kind == Kind::kLong || shape.kind == Kind::kDouble;
}

// AWS's words.

std::string max_text(const Shape& shape) {
    return fmt::format("Member must have {} less than or equal to {}", is_numeric(shape) ? "value" : "length",
                       *shape.constraints.max);
}

std::string min_text(const Shape& shape) {
    return fmt::format("Member must have {} greater than or equal to {}",
                       is_numeric(shape) ? "value" : "length", *shape.constraints.min);
}

std::string pattern_text(const Shape& shape) {
    return fmt::format("Member must satisfy regular expression pattern: {}",
                       shape.constraints.pattern->text());
}

std::string values_text(const Shape& shape) {
    return fmt::format("Member must satisfy enum value set: [{}]", fmt::join(shape.constraints.values, ", "));
}

/// Every constraint of a shape: what AWS says about elements when one of them breaks one.
std::string all_texts(const Shape& shape) {
    std::vector<std::string> texts;
    if (shape.constraints.max) texts.push_back(max_text(shape));
    if (shape.constraints.min) texts.push_back(min_text(shape));
    if (shape.constraints.pattern != nullptr) texts.push_back(pattern_text(shape));
    if (!shape.constraints.values.empty()) texts.push_back(values_text(shape));
    return fmt::format("[{}]", fmt::join(texts, ", "));
}

/// A number that a limit is about: characters, bytes, elements, or the value itself.
std::int64_t measure(const Shape& shape, const void* value) {
    switch (shape.kind) {
        case Kind::kString:
            return static_cast<std::int64_t>(utf8_length(as<std::string>(value)));
        case Kind::kBlob:
            return static_cast<std::int64_t>(as<std::string>(value).size());
        case Kind::kInteger:
            return as<std::int32_t>(value);
        case Kind::kLong:
            return as<std::int64_t>(value);
        case Kind::kList:
            return static_cast<std::int64_t>(shape.list->size(value));
        case Kind::kMap:
            return static_cast<std::int64_t>(shape.map->size(value));
        default:
            return 0;
    }
}

bool breaks_min(const Shape& shape, const void* value) {
    if (!shape.constraints.min) return false;
    if (shape.kind == Kind::kDouble) return as<double>(value) < static_cast<double>(*shape.constraints.min);
    return measure(shape, value) < *shape.constraints.min;
}

bool breaks_max(const Shape& shape, const void* value) {
    if (!shape.constraints.max) return false;
    if (shape.kind == Kind::kDouble) return as<double>(value) > static_cast<double>(*shape.constraints.max);
    return measure(shape, value) > *shape.constraints.max;
}

bool breaks_pattern(const Shape& shape, const void* value) {
    const Pattern* pattern = shape.constraints.pattern;
    return pattern != nullptr && !pattern->matches(as<std::string>(value));
}

bool breaks_values(const Shape& shape, const void* value) {
    const auto values = shape.constraints.values;
    return !values.empty() && std::ranges::find(values, as<std::string>(value)) == values.end();
}

bool satisfies(const Shape& shape, const void* value) {
    return !breaks_min(shape, value) && !breaks_max(shape, value) && !breaks_pattern(shape, value) &&
           !breaks_values(shape, value);
}

class Validator {
  public:
    explicit Validator(Violations& violations) : violations_(violations) {}

    void check_structure(const Shape& shape, const void* structure, const Path& path) {
        for (const Member& member : shape.members) {
            if (const void* value = member.get(structure)) check(*member.shape, value, Path(path, member));
        }
    }

  private:
    void check(const Shape& shape, const void* value, const Path& path) {
        check_limits(shape, value, path);
        if (shape.kind == Kind::kStructure) check_structure(shape, value, path);
        if (shape.kind == Kind::kList) check_list(shape, value, path);
        if (shape.kind == Kind::kMap) check_map(shape, value, path);
    }

    void check_limits(const Shape& shape, const void* value, const Path& path) {
        if (breaks_max(shape, value)) add(shape, value, path, max_text(shape));
        if (breaks_min(shape, value)) add(shape, value, path, min_text(shape));
        if (breaks_pattern(shape, value)) add(shape, value, path, pattern_text(shape));
        if (breaks_values(shape, value)) add(shape, value, path, values_text(shape));
    }

    /// AWS names the list, not the element, when elements are scalars.
    void check_list(const Shape& shape, const void* list, const Path& path) {
        const std::size_t size = shape.list->size(list);
        bool satisfied = true;
        for (std::size_t i = 0; i < size; ++i) {
            const void* element = shape.list->at(list, i);
            if (is_scalar(*shape.element)) {
                satisfied = satisfied && satisfies(*shape.element, element);
            } else {
                check(*shape.element, element, Path(path, i));
            }
        }
        if (!satisfied)
            add(shape, list, path, "Member must satisfy constraint: " + all_texts(*shape.element));
    }

    void check_map(const Shape& shape, const void* map, const Path& path) {
        struct Walk {
            Validator& validator;
            const Shape& shape;
            const Path& path;
            bool keys = true;
            bool values = true;
        } walk{*this, shape, path};
        shape.map->each(map, &walk, [](void* state, const std::string& key, const void* value) {
            auto& [validator, map_shape, map_path, keys, values] = *static_cast<Walk*>(state);
            keys = keys && satisfies(*map_shape.key, &key);
            if (is_scalar(*map_shape.element)) {
                values = values && satisfies(*map_shape.element, value);
            } else {
                validator.check(*map_shape.element, value, Path(map_path, std::string_view(key)));
            }
        });
        if (!walk.keys) add(shape, map, path, "Map keys must satisfy constraint: " + all_texts(*shape.key));
        if (!walk.values)
            add(shape, map, path, "Map value must satisfy constraint: " + all_texts(*shape.element));
    }

    void add(const Shape& shape, const void* value, const Path& path, std::string_view constraint) {
        violations_.add(path, describe(shape, value), constraint);
    }

    Violations& violations_;
};

}  // namespace

void validate(const ServiceModel& service, const Shape& shape, const void* structure,
              Violations& violations) {
    if (service.validation == ValidationStyle::kParameters) return;
    Validator(violations).check_structure(shape, structure, Path());
}

}  // namespace millrace::aws
