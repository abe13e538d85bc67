#include "codec/json.h"

#include <algorithm>
#include <boost/json/parser.hpp>
#include <cmath>
#include <fmt/format.h>

#include "codec/json_writer.h"
#include "codec/text_position.h"

namespace millrace::codec {
namespace {

bool is_finite(const Json& value) {
    if (const auto* number = value.if_double()) return std::isfinite(*number);
    if (const auto* array = value.if_array()) return std::ranges::all_of(*array, is_finite);
    const auto* object = value.if_object();
    return object == nullptr ||
           std::ranges::all_of(*object, [](const auto& member) { return is_finite(member.value()); });
}

void write(JsonWriter& writer, const Json& value) {
    switch (value.kind()) {
        case boost::json::kind::null:
            writer.null();
            break;
        case boost::json::kind::bool_:
            writer.boolean(value.get_bool());
            break;
        case boost::json::kind::int64:
            writer.integer(value.get_int64());
            break;
        case boost::json::kind::uint64:
            writer.unsigned_integer(value.get_uint64());
            break;
        case boost::json::kind::double_:
            writer.number(value.get_double());
            break;
        case boost::json::kind::string:
            writer.string(value.get_string());
            break;
        case boost::json::kind::array:
            writer.begin_array();
            for (const Json& item : value.get_array()) write(writer, item);
            writer.end_array();
            break;
        case boost::json::kind::object:
            writer.begin_object();
            for (const auto& [name, member] : value.get_object()) {
                writer.key(name);
                write(writer, member);
            }
            writer.end_object();
            break;
    }
}

void new_line(std::string& out, std::size_t depth) {
    out += '\n';
    out.append(depth * 2, ' ');
}

void write_pretty(std::string& out, const Json& value, std::size_t depth) {
    if (const auto* array = value.if_array(); array != nullptr && !array->empty()) {
        out += '[';
        for (std::size_t i = 0; i < array->size(); ++i) {
            if (i > 0) out += ',';
            new_line(out, depth + 1);
            write_pretty(out, (*array)[i], depth + 1);
        }
        new_line(out, depth);
        out += ']';
    } else if (const auto* object = value.if_object(); object != nullptr && !object->empty()) {
        out += '{';
        bool first = true;
        for (const auto& [name, member] : *object) {
            if (!first) out += ',';
            first = false;
            new_line(out, depth + 1);
            append_json_string(out, name);
            out += ": ";
            write_pretty(out, member, depth + 1);
        }
        new_line(out, depth);
        out += '}';
    } else {
        JsonWriter writer{out};
        write(writer, value);
    }
}

}  // namespace

Result<Json> parse_json(std::string_view text) {
    boost::json::parse_options options;
    options.max_depth = kJsonDepthMax;
    boost::json::parser parser({}, options);
    boost::json::error_code error;
    // Stops at the first byte that cannot belong to the value, which is where the mistake is.
    const std::size_t good = parser.write_some(text.data(), text.size(), error);
    if (!error) {
        const std::size_t rest = text.find_first_not_of(" \t\r\n", good);
        if (rest == std::string_view::npos) {
            Json value = parser.release();
            // The parser makes infinities of 1e999, and worse of 0e999.
            if (!is_finite(value)) return fail(ErrorCode::kInvalidArgument, "JSON has a number out of range");
            return value;
        }
        return fail(ErrorCode::kInvalidArgument,
                    fmt::format("JSON has text after its end {}", describe_position(text, rest)));
    }
    return fail(ErrorCode::kInvalidArgument,
                fmt::format("JSON not well-formed: {} {}", error.message(), describe_position(text, good)));
}

std::string to_json(const Json& value) {
    std::string out;
    JsonWriter writer{out};
    write(writer, value);
    return out;
}

std::string to_pretty_json(const Json& value) {
    std::string out;
    write_pretty(out, value, 0);
    return out;
}

}  // namespace millrace::codec
