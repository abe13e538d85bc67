#include "codec/cbor_writer.h"

#include <bit>

#include "base/utf8.h"

namespace millrace::codec {

void CborWriter::big_endian(std::uint64_t value, unsigned bytes) {
    while (bytes-- != 0) out_ += static_cast<char>(value >> (8U * bytes) & 0xffU);
}

CborWriter& CborWriter::head(std::uint8_t major, std::uint64_t argument) {
    const auto initial = [&](std::uint64_t info) { out_ += static_cast<char>(major << 5U | info); };
    if (argument < 24) {
        initial(argument);
        return *this;
    }
    const int width = static_cast<int>(std::bit_width(argument));
    const unsigned log = width <= 8 ? 0 : width <= 16 ? 1 : width <= 32 ? 2 : 3;
    initial(24 + log);
    big_endian(argument, 1U << log);
    return *this;
}

CborWriter& CborWriter::integer(std::int64_t number) {
    if (number >= 0) return head(0, static_cast<std::uint64_t>(number));
    return head(1, ~static_cast<std::uint64_t>(number));
}

CborWriter& CborWriter::number(double number) {
    out_ += '\xfb';
    big_endian(std::bit_cast<std::uint64_t>(number), 8);
    return *this;
}

CborWriter& CborWriter::boolean(bool truth) {
    out_ += truth ? '\xf5' : '\xf4';
    return *this;
}

CborWriter& CborWriter::null() {
    out_ += '\xf6';
    return *this;
}

CborWriter& CborWriter::bytes(std::string_view bytes) {
    head(2, bytes.size());
    out_ += bytes;
    return *this;
}

CborWriter& CborWriter::text(std::string_view text) {
    if (!is_utf8(text)) {
        std::string repaired;
        while (!text.empty()) {
            const std::size_t length = utf8_sequence_length(text);
            repaired += length == 0 ? std::string_view("\uFFFD") : text.substr(0, length);
            text.remove_prefix(length == 0 ? 1 : length);
        }
        return this->text(repaired);
    }
    head(3, text.size());
    out_ += text;
    return *this;
}

}  // namespace millrace::codec
