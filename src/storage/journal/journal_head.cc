#include "storage/journal/journal_head.h"

#include <fmt/format.h>

#include "base/crc32c.h"
#include "base/number.h"
#include "files/helpers.h"
#include "storage/damage.h"

namespace millrace::storage {
namespace {

constexpr std::string_view kPrefix = "millrace journal durable until ";
constexpr std::size_t kDigits = 20;
constexpr std::size_t kBytesMax = 256;

std::string encode(std::uint64_t durable_until) {
    std::string text = fmt::format("{}{:0{}}", kPrefix, durable_until, kDigits);
    return text + fmt::format(" crc32c {:08x}\n", crc32c(text));
}

}  // namespace

Result<> write_journal_head(files::FileSystem& files, const std::string& path, std::uint64_t durable_until) {
    return files::write_file_atomically(files, path, encode(durable_until));
}

Result<std::uint64_t> read_journal_head(files::FileSystem& files, const std::string& path) {
    const auto text = files::read_file(files, path, kBytesMax);
    if (!text && text.error().code == ErrorCode::kNotFound) return 0;
    if (!text && text.error().code != ErrorCode::kResourceExhausted) return std::unexpected(text.error());
    if (!text) return fail_damaged(path, 0, "it is longer than what was written");
    const std::string_view digits = std::string_view(*text).substr(std::min(text->size(), kPrefix.size()));
    const auto place = parse_number<std::uint64_t>(digits.substr(0, kDigits));
    if (!place || encode(*place) != *text) return fail_damaged(path, 0, "it is not what was written");
    return *place;
}

}  // namespace millrace::storage
