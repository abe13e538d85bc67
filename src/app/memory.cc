#include "app/memory.h"

#include <malloc.h>

#include "base/units.h"

namespace millrace::app {
namespace {

constexpr int kOwnMappingBytes = 32_MiB;  ///< larger blocks come from the system and go back to it
constexpr int kKeptBytes = 64_MiB;        ///< of what is free, at most

}  // namespace

void keep_memory_of_large_answers() {
    ::mallopt(M_MMAP_THRESHOLD, kOwnMappingBytes);
    ::mallopt(M_TRIM_THRESHOLD, kKeptBytes);
}

}  // namespace millrace::app
