#include "codec/xml_reader.h"

#include <charconv>

#include "codec/text_position.h"

namespace millrace::codec {
namespace {

constexpr std::string_view kSpace = " \t\r\n";
constexpr std::string_view kMember = "member";

void append_utf8(std::string& out, std::uint32_t point) {
    const auto tail = [&](int shift) { out += static_cast<char>(0x80 | ((point >> shift) & 0x3f)); };
    if (point < 0x80) {
        out += static_cast<char>(point);
    } else if (point < 0x800) {
        out += static_cast<char>(0xc0 | (point >> 6));
        tail(0);
    } else if (point < 0x10000) {
        out += static_cast<char>(0xe0 | (point >> 12));
        tail(6), tail(0);
    } else {
        out += static_cast<char>(0xf0 | (point >> 18));
        tail(12), tail(6), tail(0);
    }
}

class Reader {
  public:
    explicit Reader(std::string_view text) : text_(text) {}

    Result<Json> document() {
        if (!skip_misc() || !at("<")) return wrong("an element is missing");
        auto name = open_tag();
        if (!name) return std::unexpected(name.error());
        auto value = content(*name, 0);
        if (!value) return value;
        if (!skip_misc() || position_ != text_.size())
            return wrong("something stands after the root element");
        return value;
    }

  private:
    std::unexpected<Error> wrong(std::string_view what) const {
        return fail(ErrorCode::kInvalidArgument,
                    "bad XML: " + std::string(what) + " " + describe_position(text_, position_));
    }

    [[nodiscard]] std::string_view rest() const { return text_.substr(position_); }
    [[nodiscard]] bool at(std::string_view what) const { return rest().starts_with(what); }

    bool skip_past(std::string_view what) {
        const auto found = text_.find(what, position_);
        if (found == std::string_view::npos) return false;
        position_ = found + what.size();
        return true;
    }

    /// White space, comments and processing instructions. False when one has no end.
    bool skip_misc() {
        for (;;) {
            position_ = std::min(text_.find_first_not_of(kSpace, position_), text_.size());
            if (at("<?")) {
                if (!skip_past("?>")) return false;
            } else if (at("<!--")) {
                if (!skip_past("-->")) return false;
            } else {
                return true;
            }
        }
    }

    /// "<Name attributes>" or "<Name/>"; leaves empty_ set for the latter.
    Result<std::string_view> open_tag() {
        ++position_;
        const auto end = text_.find_first_of(" \t\r\n/><", position_);
        const std::string_view name = text_.substr(position_, end - position_);
        if (end == std::string_view::npos || name.empty() || name.front() == '!')
            return wrong("a tag is malformed");
        const auto close = text_.find('>', end);
        if (close == std::string_view::npos) return wrong("a tag has no end");
        empty_ = text_[close - 1] == '/';
        position_ = close + 1;
        return name;
    }

    Result<Json> content(std::string_view name, int depth) {
        if (std::exchange(empty_, false)) return Json(boost::json::string());
        if (depth == kXmlDepthMax) return wrong("the elements are nested too deeply");
        JsonObject members;
        JsonArray list;
        std::string text;
        for (;;) {
            if (position_ == text_.size()) return wrong("an element has no end");
            if (at("<!--")) {
                if (!skip_past("-->")) return wrong("a comment has no end");
            } else if (at("</")) {
                break;
            } else if (at("<")) {
                auto child = open_tag();
                if (!child) return std::unexpected(child.error());
                auto value = content(*child, depth + 1);
                if (!value) return value;
                if (*child == kMember) {
                    list.push_back(std::move(*value));
                } else {
                    members[*child] = std::move(*value);
                }
            } else if (!append_text(text)) {
                return wrong("a character reference is malformed");
            }
        }
        position_ += 2;
        if (!at(name) || !skip_past(">")) return wrong("an end tag does not match");
        if (!list.empty()) return Json(std::move(list));
        if (!members.empty()) return Json(std::move(members));
        return Json(text);
    }

    /// Up to the next tag.
    bool append_text(std::string& out) {
        const auto end = std::min(text_.find_first_of("<&", position_ + 1), text_.size());
        if (text_[position_] != '&') {
            out += text_.substr(position_, end - position_);
            position_ = end;
            return true;
        }
        const auto semicolon = text_.find(';', position_);
        if (semicolon == std::string_view::npos) return false;
        const bool known = append_reference(out, text_.substr(position_ + 1, semicolon - position_ - 1));
        position_ = semicolon + 1;
        return known;
    }

    static bool append_reference(std::string& out, std::string_view name) {
        if (name == "lt") return out += '<', true;
        if (name == "gt") return out += '>', true;
        if (name == "amp") return out += '&', true;
        if (name == "quot") return out += '"', true;
        if (name == "apos") return out += '\'', true;
        if (!name.starts_with('#')) return false;
        const bool hexadecimal = name.starts_with("#x");
        name.remove_prefix(hexadecimal ? 2 : 1);
        std::uint32_t point = 0;
        const auto [end, error] =
            std::from_chars(name.data(), name.data() + name.size(), point, hexadecimal ? 16 : 10);
        const bool surrogate = point >= 0xd800 && point < 0xe000;
        if (error != std::errc{} || end != name.data() + name.size() || point > 0x10ffff || surrogate)
            return false;
        append_utf8(out, point);
        return true;
    }

    std::string_view text_;
    std::size_t position_ = 0;
    bool empty_ = false;
};

}  // namespace

Result<Json> read_xml(std::string_view text) {
    return Reader(text).document();
}

}  // namespace millrace::codec
