#include "cli/lined_json.h"

namespace millrace::cli {
namespace {

using codec::Json;

/// As a part of a JSON pointer (RFC 6901).
std::string escaped(std::string_view key) {
    std::string token;
    for (const char c : key) {
        if (c == '~')
            token += "~0";
        else if (c == '/')
            token += "~1";
        else
            token += c;
    }
    return token;
}

class LinedWriter {
  public:
    explicit LinedWriter(const codec::YamlDocument& document) : document_(document) {}

    std::string take() {
        write(document_.value, "");
        return std::move(text_);
    }

  private:
    void write(const Json& value, const std::string& pointer) {
        if (value.is_object()) {
            text_ += '{';
            bool first = true;
            for (const auto& member : value.get_object())
                write_member(member.key(), member.value(), pointer, first);
            text_ += '}';
        } else if (value.is_array()) {
            text_ += '[';
            std::size_t i = 0;
            for (const Json& item : value.get_array()) {
                const std::string place = pointer + "/" + std::to_string(i);
                if (i++ > 0) text_ += ',';
                go_to(place);
                write(item, place);
            }
            text_ += ']';
        } else {
            text_ += codec::to_json(value);
        }
    }

    void write_member(std::string_view key, const Json& value, const std::string& pointer, bool& first) {
        const std::string place = pointer + "/" + escaped(key);
        if (!first) text_ += ',';
        first = false;
        go_to(place);
        text_ += codec::to_json(Json(key));
        text_ += ':';
        write(value, place);
    }

    void go_to(const std::string& place) {
        for (const std::size_t line = document_.line_of(place); line_ < line; ++line_) text_ += '\n';
    }

    const codec::YamlDocument& document_;
    std::string text_;
    std::size_t line_ = 1;
};

}  // namespace

std::string to_lined_json(const codec::YamlDocument& document) {
    return LinedWriter(document).take();
}

}  // namespace millrace::cli
