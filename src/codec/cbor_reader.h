#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "base/error.h"

namespace millrace::codec {

/// What is nested deeper is refused by skip(), so that no text can exhaust the stack.
inline constexpr std::size_t kCborDepthMax = 128;

enum class CborType : std::uint8_t { kInteger, kFloat, kBoolean, kNull, kBytes, kText, kArray, kMap };

/// An array's elements, or a map's pairs, that have not been read yet.
struct CborItems {
    std::optional<std::uint64_t> left;  ///< none: until a break
};

/// Reads CBOR (RFC 8949) item by item from bytes that outlive the reader; no copy but of what is asked for,
/// no allocation from a length that the bytes only claim. Definite and indefinite lengths, all widths of
/// numbers. `undefined` is null; tags are read over. A read of another type than comes next fails.
///
///     auto pairs = reader.begin_map();
///     while (*reader.more(*pairs)) { reader.read_text(key); reader.skip(); }
///
/// Errors are kInvalidArgument and end in "(byte 17)"; after one nothing sensible can be read.
class CborReader {
  public:
    explicit CborReader(std::string_view bytes) : bytes_(bytes) {}

    /// What comes next, behind its tags.
    [[nodiscard]] Result<CborType> type();
    [[nodiscard]] bool at_end() const { return position_ == bytes_.size(); }

    /// Fails for what does not fit 64 bits with a sign.
    [[nodiscard]] Result<std::int64_t> read_integer();
    [[nodiscard]] Result<double> read_float();
    [[nodiscard]] Result<bool> read_boolean();
    [[nodiscard]] Result<> read_null();
    /// Chunks of an indefinite length are put together.
    [[nodiscard]] Result<std::string> read_bytes();
    /// Well-formed UTF-8.
    [[nodiscard]] Result<std::string> read_text();
    [[nodiscard]] Result<CborItems> begin_array();
    [[nodiscard]] Result<CborItems> begin_map();
    /// Whether another element (or pair) follows, which must then be read; takes the break at the end.
    [[nodiscard]] Result<bool> more(CborItems& items);
    /// Reads over the next item, whatever it is.
    [[nodiscard]] Result<> skip() { return skip(0); }

  private:
    struct Head {
        std::uint8_t major = 0;
        std::uint8_t info = 0;  ///< kIndefinite, or how wide the argument was
        std::uint64_t argument = 0;
    };

    [[nodiscard]] Result<Head> read_head();
    [[nodiscard]] Result<Head> expect(CborType type);
    /// Appends to `out`, or reads over it where that is nullptr.
    [[nodiscard]] Result<> read_string(CborType type, std::string* out);
    [[nodiscard]] Result<std::string_view> take(std::uint64_t size);
    [[nodiscard]] Result<CborItems> begin(CborType type);
    [[nodiscard]] Result<> skip(std::size_t depth);
    [[nodiscard]] std::unexpected<Error> refuse(std::string_view what) const;

    std::string_view bytes_;
    std::size_t position_ = 0;
};

}  // namespace millrace::codec
