// A credential that was read has parts that may stand in an ARN, and is read again from the scope they make.

#include <cstdint>
#include <string>
#include <string_view>

#include "aws/auth/credential.h"
#include "base/assert.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    using namespace millrace;
    const std::string_view header(reinterpret_cast<const char*>(data), size);
    const auto credential = aws::parse_authorization(header);
    if (!credential) return 0;
    MILLRACE_ASSERT(!credential->access_key.empty() && !credential->service.empty());
    MILLRACE_ASSERT((credential->region + credential->service).find_first_of(":/. ") == std::string::npos);
    const std::string region = credential->region.empty() ? "" : credential->region + '/';
    const auto again = aws::parse_credential_scope(credential->access_key + "/20231114/" + region +
                                                   credential->service + "/aws4_request");
    MILLRACE_ASSERT(again && again->access_key == credential->access_key &&
                    again->region == credential->region);
    return 0;
}
