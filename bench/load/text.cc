#include "text.h"

#include <algorithm>
#include <charconv>
#include <fmt/format.h>
#include <iterator>

#include "codec/base64.h"

namespace millrace::bench {
namespace {

constexpr std::size_t kBytesMax = 16'000'000;

std::string letters(std::size_t size) {
    std::string text(size, 'x');
    // Not one letter alone: a server that compresses would look better than it is.
    for (std::size_t i = 0; i < size; ++i) text[i] = static_cast<char>('a' + (i * i / 7 + i) % 26);
    return text;
}

/// {"id":7,"pad":"abc..."}, as many bytes as asked for, or as few as it takes.
std::string object(std::uint64_t id, std::size_t size, std::string_view quote) {
    const std::string number = std::to_string(id);
    const std::size_t fixed = std::string_view(R"({"id":,"pad":""})").size() + number.size();
    return fmt::format("{{{0}id{0}:{1},{0}pad{0}:{0}{2}{0}}}", quote, number,
                       letters(size > fixed ? size - fixed : 0));
}

Result<std::size_t> size_of(std::string_view digits) {
    std::size_t size = 0;
    const auto [end, error] = std::from_chars(digits.begin(), digits.end(), size);
    if (error != std::errc{} || end != digits.end() || size > kBytesMax)
        return fail(ErrorCode::kInvalidArgument, fmt::format("\"{}\" is not a number of bytes", digits));
    return size;
}

}  // namespace

Result<Text::Piece> Text::place(std::string_view name, const Settings& settings) {
    if (const auto colon = name.find(':'); colon != std::string_view::npos) {
        const auto size = size_of(name.substr(colon + 1));
        if (!size) return std::unexpected(size.error());
        const std::string_view what = name.substr(0, colon);
        if (what == "base64") return Piece{.text = codec::base64_encode(letters(*size))};
        if (what == "text") return Piece{.text = letters(*size)};
        if (what == "event") return Piece{.kind = Kind::kEvent, .size = *size};
        if (what == "form_message") return Piece{.kind = Kind::kMessage, .text = "%22", .size = *size};
        if (what == "message") return Piece{.kind = Kind::kMessage, .text = "\\\"", .size = *size};
        return fail(ErrorCode::kInvalidArgument, fmt::format("$({}) is nothing known", name));
    }
    if (const auto found = settings.find(name); found != settings.end()) return Piece{.text = found->second};
    if (name == "n") return Piece{.kind = Kind::kNumber};
    if (name == "id") return Piece{.kind = Kind::kId};
    if (name == "i") return Piece{.kind = Kind::kIndex};
    if (name == "i1") return Piece{.kind = Kind::kOrdinal};
    if (name == "user") return Piece{.kind = Kind::kUser};
    if (name == "value") return Piece{.kind = Kind::kItem};
    if (name == "shard") {
        const auto shards = settings.find("shards");
        const auto count = shards == settings.end() ? Result<std::size_t>(1) : size_of(shards->second);
        if (!count) return std::unexpected(count.error());
        return Piece{.kind = Kind::kShard, .size = std::max<std::size_t>(1, *count)};
    }
    return Piece{.kind = Kind::kCaptured, .text = std::string(name)};
}

Result<Text> Text::parse(std::string_view source, const Settings& settings) {
    Text text;
    while (!source.empty()) {
        const std::size_t start = source.find("$(");
        if (start != 0) text.pieces_.push_back({.text = std::string(source.substr(0, start))});
        if (start == std::string_view::npos) break;
        source.remove_prefix(start + 2);
        const std::size_t end = source.find(')');
        if (end == std::string_view::npos) return fail(ErrorCode::kInvalidArgument, "\"$(\" without \")\"");
        auto piece = place(source.substr(0, end), settings);
        if (!piece) return std::unexpected(piece.error());
        text.pieces_.push_back(std::move(*piece));
        source.remove_prefix(end + 1);
    }
    return text;
}

Result<> Text::append_to(std::string& out, const Values& values) const {
    const auto into = std::back_inserter(out);
    for (const Piece& piece : pieces_) {
        switch (piece.kind) {
            case Kind::kLiteral:
                out += piece.text;
                break;
            case Kind::kNumber:
                fmt::format_to(into, "{}", values.number);
                break;
            case Kind::kId:
                fmt::format_to(into, "{}", values.id);
                break;
            case Kind::kIndex:
                fmt::format_to(into, "{}", values.index);
                break;
            case Kind::kOrdinal:
                fmt::format_to(into, "{}", values.index + 1);
                break;
            case Kind::kUser:
                fmt::format_to(into, "{}", values.user);
                break;
            case Kind::kItem:
                out += values.item;
                break;
            case Kind::kShard:
                fmt::format_to(into, "shardId-{:012}", values.user % piece.size);
                break;
            case Kind::kEvent:
                out += codec::base64_encode(object(values.id, piece.size, "\""));
                break;
            case Kind::kMessage:
                out += object(values.id, piece.size, piece.text);
                break;
            case Kind::kCaptured: {
                const auto* found = values.captured;
                const auto value = found ? found->find(piece.text) : Settings::const_iterator{};
                if (!found || value == found->end())
                    return fail(ErrorCode::kNotFound, fmt::format("nothing says what $({}) is", piece.text));
                out += value->second;
            }
        }
    }
    return {};
}

bool Text::constant() const {
    return std::ranges::all_of(pieces_, [](const Piece& piece) { return piece.kind == Kind::kLiteral; });
}

bool Text::uses_captured() const {
    return std::ranges::any_of(pieces_, [](const Piece& piece) {
        return piece.kind == Kind::kCaptured || piece.kind == Kind::kItem || piece.kind == Kind::kShard ||
               piece.kind == Kind::kUser;
    });
}

}  // namespace millrace::bench
