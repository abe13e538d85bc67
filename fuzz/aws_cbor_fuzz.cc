// What decode_cbor accepts for a request, encode_cbor writes so that the same input comes back; validation
// stands whatever was decoded.

#include <cstdint>
#include <string>
#include <string_view>

#include "api/kinesis.h"
#include "aws/model/validate.h"
#include "aws/protocol/cbor.h"
#include "base/assert.h"

namespace {

using namespace millrace;

template <class Op>
void round_trip(std::string_view bytes, aws::CborTime time = aws::CborTime::kMilliseconds) {
    const aws::Shape& shape = *Op::model().input;
    typename Op::Input first;
    aws::Violations violations;
    if (!aws::decode_cbor(bytes, shape, &first, violations, time)) return;
    aws::validate(*Op::model().service, shape, &first, violations);
    if (!violations.empty()) MILLRACE_ASSERT(!violations.to_error(*Op::model().service).message.empty());
    std::string written;
    aws::encode_cbor(written, shape, &first, time);
    typename Op::Input second;
    MILLRACE_ASSERT(aws::decode_cbor(written, shape, &second, violations, time).has_value());
    MILLRACE_ASSERT(first == second);
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    const std::string_view bytes(reinterpret_cast<const char*>(data), size);
    round_trip<api::kinesis::PutRecords>(bytes);
    round_trip<api::kinesis::CreateStream>(bytes);
    round_trip<api::kinesis::GetShardIterator>(bytes);
    round_trip<api::kinesis::GetShardIterator>(bytes, aws::CborTime::kSeconds);
    return 0;
}
