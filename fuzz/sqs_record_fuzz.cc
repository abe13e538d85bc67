#include <cstddef>
#include <cstdint>

#include "base/assert.h"
#include "services/sqs/receipt_handle.h"
#include "services/sqs/record.h"

// What parses encodes to the same bytes again; a receipt handle likewise.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    using namespace millrace::sqs;
    const std::string_view input{reinterpret_cast<const char*>(data), size};
    if (const auto record = parse_record(input)) {
        std::string encoded;
        append_record(encoded, *record);
        MILLRACE_ASSERT(encoded == input);
        if (const auto* send = std::get_if<SendRecord>(&*record)) {
            if (const auto attributes = parse_attributes(send->attributes)) {
                const auto again = parse_attributes(encode_attributes(*attributes));
                MILLRACE_ASSERT(again && *again == *attributes);
            }
        }
    }
    if (const auto handle = parse_receipt_handle(input)) {
        MILLRACE_ASSERT(encode_receipt_handle(*handle) == input);
    }
    return 0;
}
