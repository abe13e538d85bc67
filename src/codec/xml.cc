#include "codec/xml.h"

#include "base/assert.h"
#include "base/utf8.h"

namespace millrace::codec {
namespace {

/// Bytes that need no second look.
bool is_plain(char c) {
    return (c >= ' ' && c <= '~' && c != '&' && c != '<' && c != '>' && c != '"' && c != '\'') || c == '\n' ||
           c == '\t';
}

/// What stands for a byte in text and attributes, or empty when it stands for itself.
std::string_view entity_for(char c) {
    switch (c) {
        case '&':
            return "&amp;";
        case '<':
            return "&lt;";
        case '>':
            return "&gt;";
        case '"':
            return "&quot;";
        case '\'':
            return "&apos;";
        case '\r':
            return "&#xD;";  // a bare one would be read as a line feed (section 2.11)
        default:
            return {};
    }
}

void append_escaped(std::string& out, std::string_view text) {
    while (!text.empty()) {
        std::size_t plain = 0;
        while (plain < text.size() && is_plain(text[plain])) ++plain;
        out += text.substr(0, plain);
        text.remove_prefix(plain);
        if (text.empty()) return;

        std::size_t length = xml_character_length(text);
        if (const std::string_view entity = entity_for(text.front()); !entity.empty()) {
            out += entity;
        } else {
            out += length > 0 ? text.substr(0, length) : "\xEF\xBF\xBD";
        }
        if (length == 0) length = utf8_sequence_length(text);
        text.remove_prefix(length == 0 ? 1 : length);
    }
}

}  // namespace

std::size_t xml_character_length(std::string_view text) {
    const std::size_t length = utf8_sequence_length(text);
    if (length == 1 && static_cast<unsigned char>(text.front()) < 0x20) {
        return text.front() == '\t' || text.front() == '\n' || text.front() == '\r' ? 1 : 0;
    }
    if (text.starts_with("\xEF\xBF\xBE") || text.starts_with("\xEF\xBF\xBF")) return 0;
    return length;
}

bool is_xml_text(std::string_view text) {
    while (!text.empty()) {
        const std::size_t length = xml_character_length(text);
        if (length == 0) return false;
        text.remove_prefix(length);
    }
    return true;
}

XmlWriter& XmlWriter::begin(std::string_view name) {
    out_ += '<';
    out_ += name;
    out_ += '>';
    open_.push_back(name);
    blank_ = out_.size();
    return *this;
}

XmlWriter& XmlWriter::begin(std::string_view name, std::string_view xmlns) {
    return begin(name, Attributes{{"xmlns", std::string(xmlns)}});
}

XmlWriter& XmlWriter::begin(std::string_view name, const Attributes& attributes) {
    out_ += '<';
    out_ += name;
    for (const auto& [attribute, value] : attributes) {
        out_ += ' ';
        out_ += attribute;
        out_ += "=\"";
        append_escaped(out_, value);
        out_ += '"';
    }
    out_ += '>';
    open_.push_back(name);
    blank_ = out_.size();
    return *this;
}

XmlWriter& XmlWriter::end() {
    MILLRACE_ASSERT(!open_.empty());
    if (out_.size() == blank_) {
        out_.back() = '/';
    } else {
        out_ += "</";
        out_ += open_.back();
    }
    out_ += '>';
    open_.pop_back();
    return *this;
}

XmlWriter& XmlWriter::text(std::string_view text) {
    append_escaped(out_, text);
    blank_ = std::string::npos;
    return *this;
}

XmlWriter& XmlWriter::element(std::string_view name, std::string_view text) {
    return begin(name).text(text).end();
}

}  // namespace millrace::codec
