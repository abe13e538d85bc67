#include <algorithm>
#include <cstddef>
#include <cstdint>

#include "base/assert.h"
#include "base/random.h"
#include "files/helpers.h"
#include "files/simulated_file_system.h"
#include "storage/archive/archive_block.h"
#include "storage/archive/archive_reader.h"
#include "storage/archive/archive_verifier.h"
#include "valid_checksums.h"

using namespace millrace;
using namespace millrace::storage;

namespace {

constexpr std::uint64_t kNumber = 7;

struct Count final : ArchiveVisitor {
    void on_block(LogId, const std::vector<Entry>& block) override {
        MILLRACE_ASSERT(!block.empty());
        for (const Entry& entry : block) bytes += entry.payload.view().size();
        entries += block.size();
    }
    void on_damage(const ArchiveDamage&) override { ++damages; }

    std::size_t entries = 0;
    std::size_t bytes = 0;
    std::size_t damages = 0;
};

/// Any bytes are read to their end, and a file in which the verifier finds no damage is read whole.
void read(std::string_view bytes) {
    SeededRandom random{1};
    files::SimulatedFileSystem files{random};
    MILLRACE_ASSERT(files::write_file(files, "/archive", bytes).has_value());
    const auto file = files.open("/archive", files::OpenMode::kRead, 0).value();
    Count verified;
    const bool known_version = verify_archive(*file, "/archive", kNumber, verified).has_value();
    const auto archive = read_archive(*file, "/archive", kNumber);
    MILLRACE_ASSERT(archive || !known_version || verified.damages > 0);
    if (!archive) return;
    std::size_t entries = 0;
    for (const auto& [log, runs] : archive->index) {
        for (const Run& run : runs) {
            if (run.is_gap()) continue;
            const auto block = read_block(*file, "/archive", kNumber, log, run, Offset{0});
            MILLRACE_ASSERT(block || verified.damages > 0);
            if (block) entries += block->size();
        }
    }
    MILLRACE_ASSERT(entries == verified.entries || verified.damages > 0);
}

/// A content that is accepted is what the writer makes of its entries.
void parse(std::string_view raw) {
    if (raw.empty()) return;
    BlockHeader header{.count = static_cast<std::uint8_t>(raw[0])};
    raw.remove_prefix(1);
    header.raw_bytes = static_cast<std::uint32_t>(raw.size());
    const auto entries = parse_block(header, SharedBytes{std::string{raw}}, Offset{0});
    if (!entries || entries->empty()) return;
    BlockBuilder builder{header.log, header.first};
    for (const Entry& entry : *entries) builder.add(entry.time, entry.payload.view());
    static BlockPacker packer{1};
    const auto packed = packer.pack(builder);
    const auto again = unpack_block(packed.header, SharedBytes{std::string{packed.content}});
    MILLRACE_ASSERT(again && again->view() == raw);
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    const std::string_view bytes{reinterpret_cast<const char*>(data), size};
    read(bytes);
    read(archive_with_valid_checksums(std::string{bytes}, {.number = kNumber}));
    parse(bytes);
    return 0;
}
