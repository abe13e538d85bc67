// Whatever a server answers to a request for a snapshot, no file of it leads out of the backup.

#include <cstdint>
#include <cstdlib>
#include <filesystem>
#include <string_view>

#include "cli/server_snapshot.h"
#include "codec/json.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    const auto answer = millrace::codec::parse_json({reinterpret_cast<const char*>(data), size});
    if (!answer) return 0;
    const auto snapshot = millrace::cli::read_snapshot_description(*answer);
    if (!snapshot) return 0;
    std::uint64_t bytes = 0;
    for (const auto& file : snapshot->files) {
        bytes += file.bytes;
        const std::filesystem::path path = std::filesystem::path("/copy") / file.name;
        if (path != path.lexically_normal() || !path.string().starts_with("/copy/")) std::abort();
    }
    if (bytes != snapshot->bytes || snapshot->directory.front() != '/') std::abort();
    return 0;
}
