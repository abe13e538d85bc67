// What decode_json accepts for a request, encode_json writes so that the same input comes back; validation
// stands whatever was decoded.

#include <cstdint>
#include <string>
#include <string_view>

#include "api/lambda.h"
#include "api/sqs.h"
#include "aws/model/validate.h"
#include "aws/protocol/json.h"
#include "base/assert.h"

namespace {

using namespace millrace;

template <class Op>
void round_trip(std::string_view text) {
    const aws::Shape& shape = *Op::model().input;
    typename Op::Input first;
    aws::Violations violations;
    if (!aws::decode_json(std::string(text), shape, &first, violations, aws::JsonMembers::kAll)) return;
    aws::validate(*Op::model().service, shape, &first, violations);
    if (!violations.empty()) MILLRACE_ASSERT(!violations.to_error(*Op::model().service).message.empty());
    std::string written;
    aws::encode_json(written, shape, &first, aws::JsonMembers::kAll);
    typename Op::Input second;
    MILLRACE_ASSERT(
        aws::decode_json(written, shape, &second, violations, aws::JsonMembers::kAll).has_value());
    MILLRACE_ASSERT(first == second);
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    const std::string_view text(reinterpret_cast<const char*>(data), size);
    round_trip<api::sqs::SendMessageBatch>(text);
    round_trip<api::lambda::CreateFunction>(text);
    return 0;
}
