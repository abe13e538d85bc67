#include "codec/xml_tree.h"

#include <cstdint>

#include "base/number.h"
#include "codec/text_position.h"

namespace millrace::codec {
namespace {

constexpr std::string_view kSpace = " \t\r\n";

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

    Result<XmlElement> document() {
        if (!skip_misc() || !at("<")) return wrong("an element is missing");
        XmlElement root;
        if (auto read = element(root, 0); !read) return std::unexpected(std::move(read.error()));
        if (!skip_misc() || position_ != text_.size())
            return wrong("something stands after the root element");
        return root;
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

    Result<> element(XmlElement& into, int depth) {
        if (depth >= kXmlDepthMax) return wrong("the elements are nested too deeply");
        auto has_content = open_tag(into);
        if (!has_content) return std::unexpected(std::move(has_content.error()));
        return *has_content ? content(into, depth) : Result<>{};
    }

    /// "<Name attributes>", or "<Name/>", which has no content.
    Result<bool> open_tag(XmlElement& into) {
        ++position_;
        const auto end = text_.find_first_of(" \t\r\n/><", position_);
        into.name = text_.substr(position_, end - position_);
        if (end == std::string_view::npos || into.name.empty() || into.name.front() == '!')
            return wrong("a tag is malformed");
        position_ = end;
        for (;;) {
            position_ = std::min(text_.find_first_not_of(kSpace, position_), text_.size());
            if (position_ == text_.size()) return wrong("a tag has no end");
            if (at(">")) return ++position_, true;
            if (at("/>")) return position_ += 2, false;
            if (auto read = attribute(into); !read) return std::unexpected(std::move(read.error()));
        }
    }

    /// name="value" or name='value'.
    Result<> attribute(XmlElement& into) {
        const auto end = text_.find_first_of("= \t\r\n/><", position_);
        if (end == std::string_view::npos || end == position_) return wrong("a tag is malformed");
        std::string name(text_.substr(position_, end - position_));
        position_ = std::min(text_.find_first_not_of(kSpace, end), text_.size());
        if (!at("=")) return wrong("an attribute has no value");
        position_ = std::min(text_.find_first_not_of(kSpace, position_ + 1), text_.size());
        if (!at("\"") && !at("'")) return wrong("an attribute has no value");
        const auto close = text_.find(text_[position_], position_ + 1);
        if (close == std::string_view::npos) return wrong("an attribute has no end");
        std::string value;
        ++position_;
        while (position_ < close) {
            if (!append_text(value, close)) return wrong("a character reference is malformed");
        }
        position_ = close + 1;
        into.attributes.emplace_back(std::move(name), std::move(value));
        return {};
    }

    Result<> content(XmlElement& into, int depth) {
        for (;;) {
            if (position_ == text_.size()) return wrong("an element has no end");
            if (at("<!--")) {
                if (!skip_past("-->")) return wrong("a comment has no end");
            } else if (at("</")) {
                break;
            } else if (at("<")) {
                if (auto read = element(into.children.emplace_back(), depth + 1); !read) return read;
            } else if (!append_text(into.text, text_.size())) {
                return wrong("a character reference is malformed");
            }
        }
        position_ += 2;
        if (!at(into.name)) return wrong("an end tag does not match");
        position_ = std::min(text_.find_first_not_of(kSpace, position_ + into.name.size()), text_.size());
        if (!at(">")) return wrong("an end tag does not match");
        ++position_;
        return {};
    }

    /// Up to the next tag or reference, or to `limit`; or one reference.
    bool append_text(std::string& out, std::size_t limit) {
        const auto end = std::min(text_.find_first_of("<&", position_ + 1), limit);
        if (text_[position_] != '&') {
            out += text_.substr(position_, end - position_);
            position_ = end;
            return true;
        }
        const auto semicolon = text_.find(';', position_);
        if (semicolon == std::string_view::npos || semicolon >= limit) return false;
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
        const auto point = parse_number<std::uint32_t>(name, hexadecimal ? 16 : 10);
        const bool surrogate = point >= 0xd800 && point < 0xe000;
        if (!point || *point > 0x10ffff || surrogate) return false;
        append_utf8(out, *point);
        return true;
    }

    std::string_view text_;
    std::size_t position_ = 0;
};

}  // namespace

Result<XmlElement> parse_xml(std::string_view text) {
    return Reader(text).document();
}

}  // namespace millrace::codec
