#include <fmt/format.h>
#include <limits>
#include <simdjson.h>
#include <utility>

#include "aws/common_errors.h"
#include "aws/protocol/json.h"
#include "base/units.h"
#include "codec/base64.h"
#include "codec/timestamp.h"

namespace millrace::aws {

namespace {

constexpr std::size_t kKeptParserTextBytesMax = 256_KiB;

using simdjson::dom::element;
using simdjson::dom::element_type;

std::unexpected<ServiceError> refuse(std::string message) {
    return std::unexpected(serialization_exception(std::move(message)));
}

/// What AWS's parser calls the token.
std::string_view token_name(const element& value) {
    switch (value.type()) {
        case element_type::STRING:
            return "STRING_VALUE";
        case element_type::BOOL:
            return value.get_bool().value_unsafe() ? "TRUE_VALUE" : "FALSE_VALUE";
        default:
            return "NUMBER_VALUE";
    }
}

std::unexpected<ServiceError> refuse_token(const element& value, std::string_view wanted) {
    if (value.is_array()) return refuse("Start of list found where not expected");
    if (value.is_object()) return refuse("Start of structure or map found where not expected.");
    return refuse(fmt::format("{} can not be converted to {}", token_name(value), wanted));
}

/// AWS cuts a fraction off where it wants an integer.
template <class T>
Outcome<T> read_integer(const element& value, std::string_view wanted) {
    if (value.is_int64()) {
        const std::int64_t number = value.get_int64().value_unsafe();
        if (std::in_range<T>(number)) return static_cast<T>(number);
    }
    if (value.type() == element_type::DOUBLE) {
        const double number = value.get_double().value_unsafe();
        // The bounds are powers of two (or one less), which a double holds or rounds up to.
        constexpr auto kEnd = -static_cast<double>(std::numeric_limits<T>::min());
        if (number > -kEnd - 1 && number < kEnd) return static_cast<T>(number);
    }
    return refuse_token(value, wanted);
}

Outcome<WallTime> read_timestamp(const element& value) {
    double seconds = 0;
    if (value.is_number() && value.get_double().get(seconds) == simdjson::SUCCESS) {
        if (auto time = codec::from_epoch_seconds(seconds)) return *time;
    }
    return refuse_token(value, "milliseconds since epoch");
}

template <class T>
Outcome<void> store(void* target, Outcome<T> value) {
    if (!value) return std::unexpected(std::move(value.error()));
    *static_cast<T*>(target) = std::move(*value);
    return {};
}

class Decoder {
  public:
    Decoder(Violations& violations, JsonMembers members) : violations_(violations), members_(members) {}

    Outcome<void> structure(const element& value, const Shape& shape, void* target, const Path& path) {
        simdjson::dom::object object;
        if (value.get_object().get(object) != simdjson::SUCCESS) {
            return value.is_array() ? refuse("Start of list found where not expected")
                                    : refuse("Expected null");
        }
        for (const Member& member : shape.members) {
            if (member.location != Location::kBody && members_ == JsonMembers::kBody) continue;
            element field;
            if (object.at_key(member.name).get(field) != simdjson::SUCCESS || field.is_null()) {
                if (member.required) violations_.add_missing(Path(path, member));
                continue;
            }
            if (auto done = decode(field, *member.shape, member.make(target), Path(path, member)); !done)
                return done;
        }
        return {};
    }

  private:
    Outcome<void> decode(const element& value, const Shape& shape, void* target, const Path& path) {
        switch (shape.kind) {
            case Kind::kString:
                return string(value, *static_cast<std::string*>(target));
            case Kind::kBlob:
                return blob(value, *static_cast<std::string*>(target));
            case Kind::kInteger:
                return store(target, read_integer<std::int32_t>(value, "an Integer"));
            case Kind::kLong:
                return store(target, read_integer<std::int64_t>(value, "a Long"));
            case Kind::kDouble:
                return number(value, *static_cast<double*>(target));
            case Kind::kBoolean:
                return boolean(value, *static_cast<bool*>(target));
            case Kind::kTimestamp:
                return store(target, read_timestamp(value));
            case Kind::kList:
                return list(value, shape, target, path);
            case Kind::kMap:
                return map(value, shape, target, path);
            case Kind::kStructure:
                return structure(value, shape, target, path);
        }
        return refuse("Unexpected token");
    }

    static Outcome<void> string(const element& value, std::string& target) {
        std::string_view text;
        if (value.get_string().get(text) != simdjson::SUCCESS) return refuse_token(value, "a String");
        target = text;
        return {};
    }

    static Outcome<void> blob(const element& value, std::string& target) {
        std::string_view text;
        if (value.get_string().get(text) != simdjson::SUCCESS) return refuse_token(value, "a Blob");
        auto bytes = codec::base64_decode(text);
        if (!bytes)
            return refuse(
                fmt::format("STRING_VALUE can not be converted to a Blob: {}", bytes.error().message));
        target = std::move(*bytes);
        return {};
    }

    static Outcome<void> number(const element& value, double& target) {
        if (!value.is_number()) return refuse_token(value, "a Double");
        target = value.get_double().value_unsafe();
        return {};
    }

    static Outcome<void> boolean(const element& value, bool& target) {
        if (!value.is_bool()) return refuse_token(value, "a Boolean");
        target = value.get_bool().value_unsafe();
        return {};
    }

    Outcome<void> list(const element& value, const Shape& shape, void* target, const Path& path) {
        if (value.is_object()) return refuse("Start of structure or map found where not expected.");
        if (!value.is_array()) return refuse("Expected list or null");
        std::size_t index = 0;
        for (const element item : value.get_array().value_unsafe()) {
            const Path item_path(path, index++);
            void* place = shape.list->append(target);
            if (item.is_null()) {
                violations_.add_missing(item_path);
            } else if (auto done = decode(item, *shape.element, place, item_path); !done) {
                return done;
            }
        }
        return {};
    }

    Outcome<void> map(const element& value, const Shape& shape, void* target, const Path& path) {
        if (value.is_array()) return refuse("Start of list found where not expected");
        if (!value.is_object()) return refuse("Expected map or null");
        for (const auto& [key, item] : value.get_object().value_unsafe()) {
            const Path item_path(path, key);
            void* place = shape.map->at(target, std::string(key));
            if (item.is_null()) {
                violations_.add_missing(item_path);
            } else if (auto done = decode(item, *shape.element, place, item_path); !done) {
                return done;
            }
        }
        return {};
    }

    Violations& violations_;
    JsonMembers members_;
};

}  // namespace

Outcome<void> decode_json(const std::string& text, const Shape& shape, void* structure,
                          Violations& violations, JsonMembers members) {
    static const std::string kNothing = "{}";
    const std::string& json = text.find_first_not_of(" \t\r\n") == std::string::npos ? kNothing : text;
    // A parser keeps its buffers, which are several times the text's size: worth it only for common sizes.
    static thread_local simdjson::dom::parser kept;
    simdjson::dom::parser large;
    simdjson::dom::parser& parser = json.size() > kKeptParserTextBytesMax ? large : kept;
    element root;
    const bool copy = json.capacity() - json.size() < simdjson::SIMDJSON_PADDING;
    if (const auto error = parser.parse(json.data(), json.size(), copy).get(root)) {
        return refuse(fmt::format("The request body is not valid JSON: {}", simdjson::error_message(error)));
    }
    if (!root.is_object() && !root.is_array())
        return refuse("Unexpected token: the body must be a JSON object");
    return Decoder(violations, members).structure(root, shape, structure, Path());
}

}  // namespace millrace::aws
