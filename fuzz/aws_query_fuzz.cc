// Any form can be decoded into any input of the query protocol, and what was decoded can be written as XML.

#include <cstdint>
#include <string>
#include <string_view>

#include "api/cloudformation.h"
#include "api/sqs.h"
#include "aws/model/validate.h"
#include "aws/protocol/query.h"
#include "base/assert.h"

namespace {

using namespace millrace;

template <class Op>
void decode(const codec::Form& form) {
    typename Op::Input input;
    aws::Violations violations;
    if (!aws::decode_query(form, *Op::model().input, &input, violations)) return;
    aws::validate(*Op::model().service, *Op::model().input, &input, violations);
    aws::OperationModel echo = Op::model();
    echo.output = echo.input;
    MILLRACE_ASSERT(aws::encode_query_response(echo, &input, "id").ends_with("Response>"));
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    const auto form = codec::parse_form(std::string_view(reinterpret_cast<const char*>(data), size));
    if (!form) return 0;
    decode<api::sqs::SendMessageBatch>(*form);
    decode<api::cloudformation::CreateStack>(*form);
    return 0;
}
