#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "base/error.h"

namespace millrace::bench {

/// What "$(key)" stands for where the text does not change: stream, queue_url, function...
using Settings = std::map<std::string, std::string, std::less<>>;

/// What a text is filled with each time.
struct Values {
    std::uint64_t number = 0;  ///< $(n): of the request
    std::uint64_t id = 0;      ///< $(id), $(event:BYTES), $(message:BYTES): of the record or message
    std::size_t index = 0;     ///< $(i), and $(i1) counted from 1: of the item in its request
    std::size_t user = 0;      ///< $(user), $(shard): who asks
    std::string_view item;     ///< $(value): of the captured list the item is made of
    const Settings* captured = nullptr;  ///< $(any other name): from an earlier answer
};

/// Text with places to fill: "$(NAME)" or "$(NAME:BYTES)".
///
///     $(n) $(id) $(i) $(i1) $(user) $(value)   see Values
///     $(shard)          "shardId-000000000003": the user's, of as many as the setting "shards" says
///     $(base64:1024)    Base64 of that many bytes, always the same
///     $(text:1024)      that many letters
///     $(message:200)    an object with the id, {"id":7,"pad":"xx..."}, of that size, as it stands in a JSON
///     string
///     $(form_message:200)  the same as it stands in a form
///     $(event:200)      the same in Base64
class Text {
  public:
    Text() = default;
    /// kInvalidArgument: a place is not closed, or its number is none.
    static Result<Text> parse(std::string_view source, const Settings& settings);

    /// kNotFound: a name that neither settings nor earlier answers know.
    Result<> append_to(std::string& out, const Values& values) const;
    /// The same for every request.
    [[nodiscard]] bool constant() const;
    /// Depends on who asks and what the answers before were.
    [[nodiscard]] bool uses_captured() const;
    [[nodiscard]] bool empty() const { return pieces_.empty(); }

  private:
    enum class Kind {
        kLiteral,
        kNumber,
        kId,
        kIndex,
        kOrdinal,
        kUser,
        kItem,
        kShard,
        kEvent,
        kMessage,
        kCaptured
    };
    struct Piece {
        Kind kind = Kind::kLiteral;
        std::string text;      ///< the literal, the captured name, or what stands for a quote
        std::size_t size = 0;  ///< bytes of an event or message; shards
    };

    static Result<Piece> place(std::string_view name, const Settings& settings);

    std::vector<Piece> pieces_;
};

}  // namespace millrace::bench
