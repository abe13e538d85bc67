#include "storage/archive/archive_reader.h"

#include <memory>
#include <span>
#include <utility>

#include "storage/archive/archive_block.h"
#include "storage/damage.h"

namespace millrace::storage {
namespace {

/// Fewer bytes only at the end of the file.
Result<SharedBytes> read_bytes(files::File& file, std::uint64_t position, std::size_t bytes) {
    const auto buffer = std::make_shared_for_overwrite<char[]>(bytes);
    const auto count = file.read_at(position, {buffer.get(), bytes});
    if (!count) return std::unexpected(count.error());
    return SharedBytes{buffer, {buffer.get(), *count}};
}

Result<ArchiveHeader> read_header(files::File& file, const std::string& path, std::uint64_t number) {
    const auto bytes = read_bytes(file, 0, kArchiveHeaderBytes);
    if (!bytes) return std::unexpected(bytes.error());
    const auto header = decode_archive_header(bytes->view(), number);
    if (!header) return fail_damaged(path, 0, "this is not the header of the archive with this number");
    if (header->version > kArchiveFormatVersion)
        return fail_newer_version(path, header->version, kArchiveFormatVersion);
    return *header;
}

Result<ArchiveIndex> read_index(files::File& file, const std::string& path, std::uint64_t number,
                                std::uint64_t file_bytes) {
    if (file_bytes < kArchiveHeaderBytes + kArchiveTrailerBytes)
        return fail_damaged(path, file_bytes, "the archive ends too early");
    const std::uint64_t trailer_position = file_bytes - kArchiveTrailerBytes;
    const auto trailer_bytes = read_bytes(file, trailer_position, kArchiveTrailerBytes);
    if (!trailer_bytes) return std::unexpected(trailer_bytes.error());
    const auto trailer = decode_archive_trailer(trailer_bytes->view(), number);
    if (!trailer || trailer->index_position > trailer_position)
        return fail_damaged(path, trailer_position, "the archive does not end with its trailer");
    const auto bytes = read_bytes(file, trailer->index_position,
                                  static_cast<std::size_t>(trailer_position - trailer->index_position));
    if (!bytes) return std::unexpected(bytes.error());
    auto index = decode_archive_index(bytes->view(), number, *trailer);
    if (!index)
        return fail_damaged(path, trailer->index_position, "the archive's index is not what was written");
    return std::move(*index);
}

}  // namespace

Result<ArchiveFile> read_archive(files::File& file, const std::string& path, std::uint64_t number) {
    const auto size = file.size();
    if (!size) return std::unexpected(size.error());
    const auto header = read_header(file, path, number);
    if (!header) return std::unexpected(header.error());
    auto index = read_index(file, path, number, *size);
    if (!index) return std::unexpected(std::move(index.error()));
    return ArchiveFile{header->until, header->level, std::move(*index), *size};
}

Result<std::vector<Entry>> read_block(files::File& file, const std::string& path, std::uint64_t number,
                                      LogId log, const Run& run, Offset from) {
    if (from >= run.end()) return std::vector<Entry>{};
    const auto bytes = read_bytes(file, run.position, run.bytes);
    if (!bytes) return std::unexpected(bytes.error());
    const auto header = decode_block_header(bytes->view(), number, run.position);
    if (!header) return fail_damaged(path, run.position, "no valid block begins here");
    if (!is_block_of(*header, log, run))
        return fail_damaged(path, run.position, "another block than the index says");
    const auto raw = unpack_block(*header, bytes->slice(kBlockHeaderBytes));
    if (!raw) return fail_damaged(path, run.position, "the block's content is not what was written");
    auto entries = parse_block(*header, *raw, from);
    if (!entries) return fail_damaged(path, run.position, "the block's content is not what its header says");
    return std::move(*entries);
}

}  // namespace millrace::storage
