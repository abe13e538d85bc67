#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

namespace millrace::codec {

/// Appends CBOR (RFC 8949) to a string, lengths definite and in their shortest form:
///     CborWriter{out}.map(1).text("Count").integer(3);
/// Allocates nothing besides the output. The caller writes as many elements, or keys and values, as it said.
class CborWriter {
  public:
    explicit CborWriter(std::string& out) : out_(out) {}

    CborWriter& map(std::size_t pairs) { return head(5, pairs); }
    CborWriter& array(std::size_t elements) { return head(4, elements); }
    /// The number of the tag of the item that follows.
    CborWriter& tag(std::uint64_t number) { return head(6, number); }
    CborWriter& integer(std::int64_t number);
    CborWriter& number(double number);
    CborWriter& boolean(bool truth);
    CborWriter& null();
    CborWriter& bytes(std::string_view bytes);
    /// Bytes that are not UTF-8 become U+FFFD.
    CborWriter& text(std::string_view text);

  private:
    CborWriter& head(std::uint8_t major, std::uint64_t argument);
    void big_endian(std::uint64_t value, unsigned bytes);

    std::string& out_;
};

}  // namespace millrace::codec
