#include <cstddef>
#include <cstdint>
#include <string_view>

#include "aws/faults/fault_rule.h"
#include "base/assert.h"

using namespace millrace;

// What people write: no crash, and what was read is written and read the same.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    const auto rule = aws::parse_fault_rule({reinterpret_cast<const char*>(data), size});
    if (rule) MILLRACE_ASSERT(aws::parse_fault_rule(aws::to_string(*rule)) == *rule);
    return 0;
}
