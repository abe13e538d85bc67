#include <cstddef>
#include <cstdint>
#include <filesystem>

#include "base/assert.h"
#include "files/helpers.h"
#include "services/lambda/code/unzip.h"

using namespace millrace;

// Whatever an archive holds, nothing is written beside the directory it is unpacked into, nor more than is
// allowed.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    constexpr std::uint64_t kBytesMax = 4096;
    static const files::TemporaryDirectory outside;
    const std::filesystem::path root = std::filesystem::path(outside.path()) / "root";
    std::filesystem::remove_all(root);
    std::filesystem::create_directory(root);
    static_cast<void>(lambda::unzip({reinterpret_cast<const char*>(data), size}, root.string(), kBytesMax));

    std::size_t beside = 0;
    for (const auto& entry : std::filesystem::directory_iterator(outside.path()))
        beside += entry.path() != root;
    MILLRACE_ASSERT(beside == 0);
    std::uintmax_t bytes = 0;
    for (const auto& entry : std::filesystem::recursive_directory_iterator(root)) {
        if (!entry.is_symlink() && entry.is_regular_file()) bytes += entry.file_size();
    }
    MILLRACE_ASSERT(bytes <= kBytesMax);
    return 0;
}
