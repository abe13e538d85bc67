#include "services/s3/names.h"

#include <algorithm>
#include <array>

#include "base/utf8.h"
#include "codec/sha256.h"
#include "services/s3/errors.h"
#include "services/s3/limits.h"

namespace millrace::s3 {
namespace {

constexpr std::size_t kBucketNameBytesMin = 3;
constexpr std::size_t kBucketNameBytesMax = 63;

bool is_alphanumeric(char c) {
    return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9');
}

bool is_digit(char c) {
    return c >= '0' && c <= '9';
}

/// Four numbers with dots between.
bool looks_like_address(std::string_view name) {
    return std::ranges::count(name, '.') == 3 &&
           std::ranges::all_of(name, [](char c) { return is_digit(c) || c == '.'; });
}

}  // namespace

bool is_bucket_name(std::string_view name) {
    constexpr std::array<std::string_view, 2> kBeginnings{"xn--", "sthree-"};
    constexpr std::array<std::string_view, 5> kEnds{"-s3alias", "--ol-s3", ".mrap", "--x-s3", "--table-s3"};
    if (name.size() < kBucketNameBytesMin || name.size() > kBucketNameBytesMax) return false;
    if (!std::ranges::all_of(name, [](char c) { return is_alphanumeric(c) || c == '-' || c == '.'; }))
        return false;
    if (!is_alphanumeric(name.front()) || !is_alphanumeric(name.back())) return false;
    if (name.contains("..") || looks_like_address(name)) return false;
    return std::ranges::none_of(kBeginnings, [name](auto text) { return name.starts_with(text); }) &&
           std::ranges::none_of(kEnds, [name](auto text) { return name.ends_with(text); });
}

aws::Outcome<void> check_key(std::string_view key) {
    if (key.size() > kKeyBytesMax) {
        auto told = error("KeyTooLongError", "Your key is too long");
        told.details = {{"MaxSizeAllowed", std::to_string(kKeyBytesMax)},
                        {"Size", std::to_string(key.size())}};
        return std::unexpected(std::move(told));
    }
    if (!is_utf8(key)) return std::unexpected(error("InvalidURI", "Couldn't parse the specified URI."));
    return {};
}

std::string canonical_user(std::string_view account) {
    return codec::sha256_hex("millrace account " + std::string(account));
}

}  // namespace millrace::s3
