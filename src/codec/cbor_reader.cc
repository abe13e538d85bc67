#include "codec/cbor_reader.h"

#include <bit>
#include <cmath>
#include <fmt/format.h>
#include <limits>
#include <utility>

#include "base/utf8.h"

namespace millrace::codec {

namespace {

// RFC 8949, section 3: a head's upper three bits, and what its lower five may say.
constexpr std::uint8_t kUnsigned = 0;
constexpr std::uint8_t kNegative = 1;
constexpr std::uint8_t kBytesMajor = 2;
constexpr std::uint8_t kTextMajor = 3;
constexpr std::uint8_t kArrayMajor = 4;
constexpr std::uint8_t kMapMajor = 5;
constexpr std::uint8_t kTag = 6;

constexpr std::uint8_t kOneByte = 24;
constexpr std::uint8_t kEightBytes = 27;
constexpr std::uint8_t kIndefinite = 31;

constexpr std::uint8_t kFalse = 20;
constexpr std::uint8_t kTrue = 21;
constexpr std::uint8_t kNull = 22;
constexpr std::uint8_t kUndefined = 23;
constexpr std::uint8_t kHalf = 25;
constexpr std::uint8_t kSingle = 26;
constexpr std::uint8_t kDouble = 27;

constexpr char kBreak = '\xff';

std::uint8_t major_of(char initial) {
    return static_cast<std::uint8_t>(initial) >> 5U;
}

std::uint8_t info_of(char initial) {
    return static_cast<std::uint8_t>(initial) & 0x1fU;
}

std::optional<CborType> simple_type(std::uint8_t info) {
    if (info == kFalse || info == kTrue) return CborType::kBoolean;
    if (info == kNull || info == kUndefined) return CborType::kNull;
    if (info >= kHalf && info <= kDouble) return CborType::kFloat;
    return std::nullopt;
}

/// Appendix D of the RFC.
double half_to_double(std::uint64_t bits) {
    const auto exponent = static_cast<int>((bits >> 10U) & 0x1fU);
    const auto mantissa = static_cast<double>(bits & 0x3ffU);
    double value = 0;
    if (exponent == 0) {
        value = std::ldexp(mantissa, -24);
    } else if (exponent != 31) {
        value = std::ldexp(mantissa + 1024, exponent - 25);
    } else {
        value = mantissa == 0 ? std::numeric_limits<double>::infinity()
                              : std::numeric_limits<double>::quiet_NaN();
    }
    return (bits & 0x8000U) == 0 ? value : -value;
}

}  // namespace

std::unexpected<Error> CborReader::refuse(std::string_view what) const {
    return fail(ErrorCode::kInvalidArgument, fmt::format("{} (byte {})", what, position_));
}

Result<CborReader::Head> CborReader::read_head() {
    if (at_end()) return refuse("the text ends early");
    const char initial = bytes_[position_];
    Head head{.major = major_of(initial), .info = info_of(initial), .argument = info_of(initial)};
    if (head.info > kEightBytes && head.info != kIndefinite) return refuse("a reserved length");
    std::size_t width = 0;
    if (head.info >= kOneByte && head.info <= kEightBytes) width = std::size_t{1} << (head.info - kOneByte);
    if (bytes_.size() - position_ - 1 < width) return refuse("the text ends early");
    ++position_;
    if (width != 0) head.argument = 0;
    for (; width != 0; --width) {
        head.argument = head.argument << 8U | static_cast<std::uint8_t>(bytes_[position_++]);
    }
    return head;
}

Result<CborType> CborReader::type() {
    while (!at_end() && major_of(bytes_[position_]) == kTag) {
        auto tag = read_head();
        if (!tag) return std::unexpected(std::move(tag.error()));
        if (tag->info == kIndefinite) return refuse("a tag without a number");
    }
    if (at_end()) return refuse("the text ends early");
    switch (major_of(bytes_[position_])) {
        case kUnsigned:
        case kNegative:
            return CborType::kInteger;
        case kBytesMajor:
            return CborType::kBytes;
        case kTextMajor:
            return CborType::kText;
        case kArrayMajor:
            return CborType::kArray;
        case kMapMajor:
            return CborType::kMap;
        default:
            if (auto simple = simple_type(info_of(bytes_[position_]))) return *simple;
            return refuse(bytes_[position_] == kBreak ? "a break where an item should be"
                                                      : "an unknown simple value");
    }
}

Result<CborReader::Head> CborReader::expect(CborType type) {
    auto found = this->type();
    if (!found) return std::unexpected(std::move(found.error()));
    if (*found != type) return refuse("an item of another type than wanted");
    return read_head();
}

Result<std::int64_t> CborReader::read_integer() {
    auto head = expect(CborType::kInteger);
    if (!head) return std::unexpected(std::move(head.error()));
    if (head->info == kIndefinite) return refuse("an integer of indefinite length");
    if (!std::in_range<std::int64_t>(head->argument)) return refuse("an integer beyond 64 bits");
    const auto value = static_cast<std::int64_t>(head->argument);
    return head->major == kNegative ? -1 - value : value;
}

Result<double> CborReader::read_float() {
    auto head = expect(CborType::kFloat);
    if (!head) return std::unexpected(std::move(head.error()));
    if (head->info == kHalf) return half_to_double(head->argument);
    if (head->info == kSingle) return std::bit_cast<float>(static_cast<std::uint32_t>(head->argument));
    return std::bit_cast<double>(head->argument);
}

Result<bool> CborReader::read_boolean() {
    auto head = expect(CborType::kBoolean);
    if (!head) return std::unexpected(std::move(head.error()));
    return head->info == kTrue;
}

Result<> CborReader::read_null() {
    auto head = expect(CborType::kNull);
    if (!head) return std::unexpected(std::move(head.error()));
    return {};
}

Result<std::string_view> CborReader::take(std::uint64_t size) {
    if (size > bytes_.size() - position_) return refuse("the text ends early");
    const std::string_view taken = bytes_.substr(position_, size);
    position_ += size;
    return taken;
}

Result<> CborReader::read_string(CborType type, std::string* out) {
    auto head = expect(type);
    if (!head) return std::unexpected(std::move(head.error()));
    const std::uint8_t major = head->major;
    const bool chunked = head->info == kIndefinite;
    while (true) {
        if (chunked) {
            if (!at_end() && bytes_[position_] == kBreak) break;
            head = read_head();
            if (!head) return std::unexpected(std::move(head.error()));
            if (head->major != major || head->info == kIndefinite)
                return refuse("a chunk that is no string of its kind");
        }
        auto chunk = take(head->argument);
        if (!chunk) return std::unexpected(std::move(chunk.error()));
        if (type == CborType::kText && !is_utf8(*chunk)) return refuse("text that is not UTF-8");
        if (out != nullptr) *out += *chunk;
        if (!chunked) return {};
    }
    ++position_;
    return {};
}

Result<std::string> CborReader::read_bytes() {
    std::string bytes;
    auto done = read_string(CborType::kBytes, &bytes);
    if (!done) return std::unexpected(std::move(done.error()));
    return bytes;
}

Result<std::string> CborReader::read_text() {
    std::string text;
    auto done = read_string(CborType::kText, &text);
    if (!done) return std::unexpected(std::move(done.error()));
    return text;
}

Result<CborItems> CborReader::begin(CborType type) {
    auto head = expect(type);
    if (!head) return std::unexpected(std::move(head.error()));
    if (head->info == kIndefinite) return CborItems{.left = std::nullopt};
    return CborItems{.left = head->argument};
}

Result<CborItems> CborReader::begin_array() {
    return begin(CborType::kArray);
}

Result<CborItems> CborReader::begin_map() {
    return begin(CborType::kMap);
}

Result<bool> CborReader::more(CborItems& items) {
    if (items.left) {
        if (*items.left == 0) return false;
        --*items.left;
        return true;
    }
    if (at_end()) return refuse("the text ends early");
    if (bytes_[position_] != kBreak) return true;
    ++position_;
    return false;
}

Result<> CborReader::skip(std::size_t depth) {
    if (depth == kCborDepthMax) return refuse("nested too deeply");
    auto found = type();
    if (!found) return std::unexpected(std::move(found.error()));
    if (*found == CborType::kBytes || *found == CborType::kText) return read_string(*found, nullptr);
    auto head = read_head();
    if (!head) return std::unexpected(std::move(head.error()));
    if (*found != CborType::kArray && *found != CborType::kMap) {
        if (head->info == kIndefinite) return refuse("a number of indefinite length");
        return {};
    }
    CborItems items;
    if (head->info != kIndefinite) items.left = head->argument;
    while (true) {
        auto another = more(items);
        if (!another) return std::unexpected(std::move(another.error()));
        if (!*another) return {};
        for (int parts = *found == CborType::kMap ? 2 : 1; parts != 0; --parts) {
            if (auto done = skip(depth + 1); !done) return done;
        }
    }
}

}  // namespace millrace::codec
