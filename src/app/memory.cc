#include "app/memory.h"

#include <cstdint>
#include <link.h>
#include <malloc.h>
#include <sys/mman.h>
#include <unistd.h>

#include "base/units.h"

namespace millrace::app {
namespace {

constexpr int kOwnMappingBytes = 32_MiB;  ///< larger blocks come from the system and go back to it
constexpr int kKeptBytes = 64_MiB;        ///< of what is free, at most

/// Of one loaded object: what was never written, and so is in its file as it is.
int unmap_read_only_segments(dl_phdr_info* object, std::size_t, void*) {
    const auto page = static_cast<std::uintptr_t>(::sysconf(_SC_PAGESIZE));
    for (int i = 0; i < object->dlpi_phnum; ++i) {
        const auto& segment = object->dlpi_phdr[i];
        if (segment.p_type != PT_LOAD || (segment.p_flags & PF_W) != 0) continue;
        const std::uintptr_t begin = object->dlpi_addr + segment.p_vaddr;
        const std::uintptr_t first_page = begin / page * page;
        ::madvise(reinterpret_cast<void*>(first_page), begin + segment.p_memsz - first_page, MADV_DONTNEED);
    }
    return 0;
}

}  // namespace

void keep_memory_of_large_answers() {
    ::mallopt(M_MMAP_THRESHOLD, kOwnMappingBytes);
    ::mallopt(M_TRIM_THRESHOLD, kKeptBytes);
}

void unmap_code_of_the_start() {
    ::dl_iterate_phdr(unmap_read_only_segments, nullptr);
}

}  // namespace millrace::app
