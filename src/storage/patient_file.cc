#include "storage/patient_file.h"

#include <algorithm>

#include "base/units.h"

namespace millrace::storage {
namespace {

constexpr std::size_t kPageBytes = 4_KiB;

std::unexpected<Error> refuse() {
    return fail(ErrorCode::kInternal, "a file that is only read");
}

}  // namespace

Result<std::size_t> PatientFile::try_read(std::uint64_t position, std::span<char> into) {
    auto count = file_.read_at(position, into);
    if (!count) refused_ = count.error().message;
    return count;
}

Result<std::size_t> PatientFile::read_at(std::uint64_t position, std::span<char> into) {
    refused_.clear();
    if (const auto count = try_read(position, into)) return count;
    const auto size = file_.size();
    const std::uint64_t left = size && *size > position ? *size - position : 0;
    into = into.first(static_cast<std::size_t>(std::min<std::uint64_t>(into.size(), left)));
    std::fill(into.begin(), into.end(), '\0');
    for (std::size_t at = 0; at < into.size();) {
        const std::size_t to_page_end = kPageBytes - (position + at) % kPageBytes;
        const auto page = into.subspan(at, std::min(to_page_end, into.size() - at));
        if (!try_read(position + at, page)) std::fill(page.begin(), page.end(), '\0');
        at += page.size();
    }
    return into.size();
}

Result<> PatientFile::write_at(std::uint64_t, std::span<const std::string_view>) {
    return refuse();
}

Result<> PatientFile::sync() {
    return refuse();
}

Result<> PatientFile::truncate(std::uint64_t) {
    return refuse();
}

Result<> PatientFile::reserve(std::uint64_t, std::uint64_t) {
    return refuse();
}

std::string PatientFile::why(std::string found) const {
    return refused_.empty() ? found : found + " (" + refused_ + ")";
}

}  // namespace millrace::storage
