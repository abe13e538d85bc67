#include "codec/event_stream.h"

#include <algorithm>
#include <type_traits>
#include <utility>
#include <zlib.h>

#include "base/assert.h"
#include "base/utf8.h"

namespace millrace::codec {

namespace {

constexpr std::size_t kPreludeBytes = 12;
constexpr std::size_t kChecksumBytes = 4;
constexpr std::size_t kMessageBytesMin = kPreludeBytes + kChecksumBytes;

enum Type : std::uint8_t {
    kTrue = 0,
    kFalse = 1,
    kByte = 2,
    kShort = 3,
    kInteger = 4,
    kLong = 5,
    kBytes = 6,
    kText = 7,
    kTimestamp = 8,
    kUuid = 9
};

std::uint32_t checksum(std::string_view bytes) {
    return static_cast<std::uint32_t>(
        crc32_z(0, reinterpret_cast<const unsigned char*>(bytes.data()), bytes.size()));
}

template <class T>
void store(char* place, T value) {
    const auto bits = static_cast<std::make_unsigned_t<T>>(value);
    for (std::size_t i = 0; i < sizeof(T); ++i) {
        place[i] = static_cast<char>(bits >> (8 * (sizeof(T) - 1 - i)) & 0xffU);
    }
}

template <class T>
void append(std::string& out, T value) {
    char bytes[sizeof(T)];
    store(bytes, value);
    out.append(bytes, sizeof(T));
}

void append_sized(std::string& out, std::string_view bytes) {
    MILLRACE_ASSERT(bytes.size() <= kEventHeaderValueBytesMax);
    append(out, static_cast<std::uint16_t>(bytes.size()));
    out += bytes;
}

/// One overload a type: the type's number and the value.
struct AppendValue {
    std::string& out;
    void operator()(bool truth) const { out += static_cast<char>(truth ? kTrue : kFalse); }
    void operator()(std::int8_t number) const { whole(kByte, number); }
    void operator()(std::int16_t number) const { whole(kShort, number); }
    void operator()(std::int32_t number) const { whole(kInteger, number); }
    void operator()(std::int64_t number) const { whole(kLong, number); }
    void operator()(const EventBytes& bytes) const {
        out += static_cast<char>(kBytes);
        append_sized(out, bytes.value());
    }
    void operator()(const std::string& text) const {
        out += static_cast<char>(kText);
        append_sized(out, text);
    }
    void operator()(WallTime time) const { whole(kTimestamp, to_millis(time)); }
    void operator()(const EventUuid& uuid) const {
        out += static_cast<char>(kUuid);
        out.append(reinterpret_cast<const char*>(uuid.data()), uuid.size());
    }

    template <class T>
    void whole(Type type, T number) const {
        out += static_cast<char>(type);
        append(out, number);
    }
};

std::unexpected<Error> refuse(std::string what) {
    return fail(ErrorCode::kInvalidArgument, "not a message of an event stream: " + std::move(what));
}

/// Takes values off the front; nothing when fewer bytes are left.
class Reader {
  public:
    explicit Reader(std::string_view bytes) : rest_(bytes) {}

    template <class T>
    std::optional<T> number() {
        const auto taken = bytes(sizeof(T));
        if (!taken) return std::nullopt;
        std::make_unsigned_t<T> bits = 0;
        for (const char byte : *taken) {
            bits = static_cast<std::make_unsigned_t<T>>((sizeof(T) == 1 ? 0 : bits << 8U) |
                                                        static_cast<std::uint8_t>(byte));
        }
        return static_cast<T>(bits);
    }

    std::optional<std::string_view> bytes(std::size_t count) {
        if (rest_.size() < count) return std::nullopt;
        const std::string_view taken = rest_.substr(0, count);
        rest_.remove_prefix(count);
        return taken;
    }

    std::optional<std::string_view> sized() {
        const auto size = number<std::uint16_t>();
        if (!size || *size > kEventHeaderValueBytesMax) return std::nullopt;
        return bytes(*size);
    }

    [[nodiscard]] bool empty() const { return rest_.empty(); }

  private:
    std::string_view rest_;
};

template <class T>
std::optional<EventHeaderValue> widen(std::optional<T> value) {
    if (!value) return std::nullopt;
    return EventHeaderValue{*value};
}

std::optional<EventHeaderValue> read_value(Reader& reader) {
    const auto type = reader.number<std::uint8_t>();
    if (!type) return std::nullopt;
    switch (*type) {
        case kTrue:
        case kFalse:
            return EventHeaderValue{*type == kTrue};
        case kByte:
            return widen(reader.number<std::int8_t>());
        case kShort:
            return widen(reader.number<std::int16_t>());
        case kInteger:
            return widen(reader.number<std::int32_t>());
        case kLong:
            return widen(reader.number<std::int64_t>());
        case kBytes:
            if (const auto bytes = reader.sized()) return EventBytes{std::string(*bytes)};
            return std::nullopt;
        case kText:
            if (const auto text = reader.sized(); text && is_utf8(*text)) return std::string(*text);
            return std::nullopt;
        case kTimestamp:
            if (const auto millis = reader.number<std::int64_t>()) return from_millis(*millis);
            return std::nullopt;
        case kUuid:
            if (const auto bytes = reader.bytes(std::tuple_size_v<EventUuid>)) {
                EventUuid uuid;
                std::ranges::copy(*bytes, uuid.begin());
                return uuid;
            }
            return std::nullopt;
        default:
            return std::nullopt;
    }
}

Result<std::vector<EventHeader>> read_headers(std::string_view bytes) {
    std::vector<EventHeader> headers;
    Reader reader(bytes);
    while (!reader.empty()) {
        const auto size = reader.number<std::uint8_t>();
        const auto name = size && *size != 0 ? reader.bytes(*size) : std::nullopt;
        if (!name || !is_utf8(*name)) return refuse("a header without a name");
        auto value = read_value(reader);
        if (!value) return refuse("the value of a header");
        headers.push_back({.name = std::string(*name), .value = std::move(*value)});
    }
    std::vector<std::string_view> names;
    for (const EventHeader& header : headers) names.push_back(header.name);
    std::ranges::sort(names);
    if (std::ranges::adjacent_find(names) != names.end()) return refuse("two headers of one name");
    return headers;
}

}  // namespace

EventWriter::EventWriter(std::string& out, const std::vector<EventHeader>& headers)
    : out_(out), start_(out.size()) {
    out_.append(kPreludeBytes, '\0');
    for (const EventHeader& header : headers) {
        MILLRACE_ASSERT(!header.name.empty() && header.name.size() <= kEventHeaderNameBytesMax);
        out_ += static_cast<char>(header.name.size());
        out_ += header.name;
        std::visit(AppendValue{out_}, header.value);
    }
    const std::size_t size = out_.size() - start_ - kPreludeBytes;
    MILLRACE_ASSERT(size <= kEventHeadersBytesMax);
    store(out_.data() + start_ + 4, static_cast<std::uint32_t>(size));
}

EventWriter::~EventWriter() {
    const std::size_t total = out_.size() - start_ + kChecksumBytes;
    MILLRACE_ASSERT(total <= kMessageBytesMin + kEventHeadersBytesMax + kEventPayloadBytesMax);
    char* start = out_.data() + start_;
    store(start, static_cast<std::uint32_t>(total));
    store(start + 8, checksum({start, 8}));
    append(out_, checksum(std::string_view(out_).substr(start_)));
}

std::string encode_event(const EventMessage& message) {
    std::string out;
    {
        const EventWriter writer(out, message.headers);
        out += message.payload;
    }
    return out;
}

Result<std::optional<EventMessage>> take_event(std::string_view& bytes) {
    Reader prelude(bytes);
    const auto total = prelude.number<std::uint32_t>();
    const auto headers_size = prelude.number<std::uint32_t>();
    const auto prelude_checksum = prelude.number<std::uint32_t>();
    if (!prelude_checksum) return std::nullopt;
    if (checksum(bytes.substr(0, 8)) != *prelude_checksum) return refuse("the checksum of its lengths");
    if (*headers_size > kEventHeadersBytesMax || *total < kMessageBytesMin ||
        *total - kMessageBytesMin < *headers_size ||
        *total - kMessageBytesMin - *headers_size > kEventPayloadBytesMax) {
        return refuse("its lengths");
    }
    if (bytes.size() < *total) return std::nullopt;
    const std::string_view message = bytes.substr(0, *total);
    const std::string_view body = message.substr(0, *total - kChecksumBytes);
    Reader tail(message.substr(body.size()));
    if (checksum(body) != *tail.number<std::uint32_t>()) return refuse("its checksum");
    auto headers = read_headers(body.substr(kPreludeBytes, *headers_size));
    if (!headers) return std::unexpected(std::move(headers.error()));
    bytes.remove_prefix(*total);
    return EventMessage{.headers = std::move(*headers),
                        .payload = std::string(body.substr(kPreludeBytes + *headers_size))};
}

}  // namespace millrace::codec
