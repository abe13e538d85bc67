#include "services/sqs/characters.h"

#include "base/utf8.h"

namespace millrace::sqs {

bool has_only_allowed_characters(std::string_view text) {
    while (!text.empty()) {
        const auto byte = static_cast<unsigned char>(text.front());
        if (byte < 0x80) {
            if (byte < 0x20 && byte != '\t' && byte != '\n' && byte != '\r') return false;
            text.remove_prefix(1);
            continue;
        }
        const std::size_t length = utf8_sequence_length(text);
        if (length == 0) return false;
        const std::string_view character = text.substr(0, length);
        if (character == "\xEF\xBF\xBE" || character == "\xEF\xBF\xBF") return false;  // U+FFFE, U+FFFF
        text.remove_prefix(length);
    }
    return true;
}

}  // namespace millrace::sqs
