#include "storage/journal/segment_format.h"

#include "base/crc32c.h"
#include "storage/binary.h"
#include "storage/numbered_name.h"

namespace millrace::storage {
namespace {

constexpr std::string_view kHeaderMagic = "MILLRACE";
constexpr std::string_view kTrailerMagic = "RACEMILL";
constexpr std::string_view kSuffix = ".segment";

std::uint32_t header_version(std::string_view header) {
    return BinaryReader{header.substr(kHeaderMagic.size())}.take<std::uint32_t>().value_or(0);
}

std::string encode_header(std::uint64_t base, std::uint32_t version) {
    std::string out{kHeaderMagic};
    put(out, version);
    std::string covered = out;
    put(covered, base);
    put(out, crc32c(covered));
    put(out, base);
    return out;
}

}  // namespace

std::string segment_name(std::uint64_t base) {
    return numbered_name(base, kSuffix);
}

std::optional<std::uint64_t> parse_segment_name(std::string_view name) {
    return parse_numbered_name(name, kSuffix);
}

std::string encode_segment_header(std::uint64_t base) {
    return encode_header(base, kSegmentFormatVersion);
}

HeaderState check_segment_header(std::string_view bytes, std::uint64_t base) {
    if (!bytes.starts_with(kHeaderMagic)) return HeaderState::kDamaged;
    const std::uint32_t version = header_version(bytes);
    if (bytes != encode_header(base, version)) return HeaderState::kDamaged;
    return version > kSegmentFormatVersion ? HeaderState::kNewerVersion : HeaderState::kValid;
}

std::string encode_segment_trailer(std::uint64_t base, std::uint32_t index_position) {
    std::string out;
    put(out, index_position);
    std::string covered = out;
    put(covered, base);
    put(out, crc32c(covered));
    return out += kTrailerMagic;
}

std::optional<std::uint32_t> decode_segment_trailer(std::string_view bytes, std::uint64_t base) {
    const auto position = BinaryReader{bytes}.take<std::uint32_t>();
    if (!position || bytes != encode_segment_trailer(base, *position)) return std::nullopt;
    return position;
}

std::unexpected<Error> fail_newer_version(const std::string& path, std::string_view header) {
    return fail_newer_version(path, header_version(header), kSegmentFormatVersion);
}

}  // namespace millrace::storage
