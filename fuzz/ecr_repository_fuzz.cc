#include <cstddef>
#include <cstdint>

#include "base/assert.h"
#include "services/ecr/repository.h"

using namespace millrace;

// Repositories in the catalog: what is kept is kept the same again.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    const std::string_view text{reinterpret_cast<const char*>(data), size};
    const std::string key = ecr::catalog_key({"000000000000", "us-east-1"}, "a/b");
    if (const auto kept = ecr::parse_repository(key, text)) {
        MILLRACE_ASSERT(kept->name == "a/b");
        const std::string again = ecr::to_catalog_value(*kept);
        MILLRACE_ASSERT(ecr::to_catalog_value(*ecr::parse_repository(key, again)) == again);
    }
    (void)ecr::parse_repository(text, R"({"created":1})");
    return 0;
}
