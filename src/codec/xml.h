#pragma once

#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace millrace::codec {

/// Bytes of the character that the text begins with if XML 1.0 can hold it (section 2.2: no controls but tab,
/// line feed and carriage return, no surrogates, no U+FFFE and U+FFFF), else 0.
[[nodiscard]] std::size_t xml_character_length(std::string_view text);

/// True when every character can stand in an XML document: SQS refuses messages of which this is false.
[[nodiscard]] bool is_xml_text(std::string_view text);

/// Appends XML to a string as it is told:
///     XmlWriter{out}.begin("Result").element("Name", "a<b").end();
/// Text is escaped; what XML cannot hold becomes U+FFFD. Element names must live until their end().
class XmlWriter {
  public:
    explicit XmlWriter(std::string& out) : out_(out) {}

    XmlWriter& begin(std::string_view name);
    /// With the default namespace for this element and what it contains.
    XmlWriter& begin(std::string_view name, std::string_view xmlns);
    using Attributes = std::vector<std::pair<std::string, std::string>>;
    XmlWriter& begin(std::string_view name, const Attributes& attributes);
    /// An element in which nothing was written, not even an empty text, becomes <name/>.
    XmlWriter& end();
    XmlWriter& text(std::string_view text);
    XmlWriter& element(std::string_view name, std::string_view text);

  private:
    std::string& out_;
    std::vector<std::string_view> open_;
    std::size_t blank_ = std::string::npos;  ///< size of out_ behind a tag that nothing follows yet
};

}  // namespace millrace::codec
