#include "storage/archive/archive_block.h"

#include <algorithm>
#include <utility>
#include <zstd.h>

#include "base/assert.h"
#include "base/crc32c.h"
#include "storage/binary.h"

namespace millrace::storage {
namespace {

/// Times of a log never go back; the difference of any two fits, unsigned.
std::uint64_t time_between(WallTime from, WallTime to) {
    return static_cast<std::uint64_t>(to_millis(to)) - static_cast<std::uint64_t>(to_millis(from));
}

std::optional<WallTime> later(WallTime time, std::uint64_t by) {
    const auto millis = static_cast<std::int64_t>(static_cast<std::uint64_t>(to_millis(time)) + by);
    if (millis < to_millis(time)) return std::nullopt;
    return from_millis(millis);
}

/// What decompression works with; one a thread, because to make one costs as much as a small block.
ZSTD_DCtx* decompression_context() {
    struct Free {
        void operator()(ZSTD_DCtx* context) const { ZSTD_freeDCtx(context); }
    };
    static thread_local const std::unique_ptr<ZSTD_DCtx, Free> context{ZSTD_createDCtx()};
    MILLRACE_ASSERT(context != nullptr);
    return context.get();
}

}  // namespace

bool BlockBuilder::takes(Offset offset, WallTime time, std::size_t payload_bytes,
                         std::size_t block_bytes) const {
    if (count_ == 0) return true;
    const std::size_t added =
        varint_bytes(payload_bytes) + varint_bytes(time_between(last_time_, time)) + payload_bytes;
    return offset == end() && count_ < kBlockEntriesMax && raw_bytes() + added <= block_bytes;
}

void BlockBuilder::add(WallTime time, std::string_view payload) {
    if (count_ == 0) {
        first_time_ = time;
    } else {
        put_varint(times_, time_between(last_time_, time));
    }
    last_time_ = time;
    put_varint(sizes_, payload.size());
    payloads_ += payload;
    ++count_;
}

BlockPacker::BlockPacker(int zstd_level) : context_(ZSTD_createCCtx()) {
    MILLRACE_ASSERT(context_ != nullptr);
    ZSTD_CCtx_setParameter(context_, ZSTD_c_compressionLevel, zstd_level);
}

BlockPacker::~BlockPacker() {
    ZSTD_freeCCtx(context_);
}

BlockPacker::Packed BlockPacker::pack(const BlockBuilder& builder) {
    MILLRACE_ASSERT(builder.count_ > 0 && builder.raw_bytes() <= kBlockRawBytesMax);
    raw_.clear();
    raw_ += builder.sizes_;
    raw_ += builder.times_;
    raw_ += builder.payloads_;
    compressed_.resize(std::max(compressed_.size(), ZSTD_compressBound(raw_.size())));
    const std::size_t size =
        ZSTD_compress2(context_, compressed_.data(), compressed_.size(), raw_.data(), raw_.size());
    const bool smaller = ZSTD_isError(size) == 0 && size < raw_.size();

    Packed packed;
    packed.content = smaller ? std::string_view{compressed_}.substr(0, size) : std::string_view{raw_};
    packed.header = {.codec = smaller ? BlockCodec::kZstd : BlockCodec::kStored,
                     .log = builder.log_,
                     .first = builder.first_,
                     .first_time = builder.first_time_,
                     .count = builder.count_,
                     .raw_bytes = static_cast<std::uint32_t>(raw_.size()),
                     .stored_bytes = static_cast<std::uint32_t>(packed.content.size()),
                     .content_crc = crc32c(packed.content)};
    return packed;
}

std::optional<SharedBytes> unpack_block(const BlockHeader& header, SharedBytes content) {
    if (content.size() != header.stored_bytes || crc32c(content.view()) != header.content_crc)
        return std::nullopt;
    if (header.codec == BlockCodec::kStored) return content;
    const auto raw = std::make_shared_for_overwrite<char[]>(header.raw_bytes);
    const std::size_t size = ZSTD_decompressDCtx(decompression_context(), raw.get(), header.raw_bytes,
                                                 content.view().data(), content.size());
    if (ZSTD_isError(size) != 0 || size != header.raw_bytes) return std::nullopt;
    return SharedBytes{raw, {raw.get(), size}};
}

std::optional<std::vector<Entry>> parse_block(const BlockHeader& header, const SharedBytes& raw,
                                              Offset from) {
    BinaryReader times{raw.view()};
    std::size_t payload_bytes = 0;
    for (std::uint32_t i = 0; i < header.count; ++i) {
        const auto size = times.take_varint();
        if (!size || *size > kEntryBytesMax) return std::nullopt;
        payload_bytes += static_cast<std::size_t>(*size);
    }
    if (payload_bytes > times.rest().size()) return std::nullopt;

    BinaryReader sizes{raw.view()};
    std::size_t at = raw.size() - payload_bytes;
    WallTime time = header.first_time;
    std::vector<Entry> entries;
    entries.reserve(header.count);
    for (std::uint32_t i = 0; i < header.count; ++i) {
        if (i > 0) {
            const auto passed = times.take_varint();
            const auto next = passed ? later(time, *passed) : std::nullopt;
            if (!next) return std::nullopt;
            time = *next;
        }
        const auto size = static_cast<std::size_t>(*sizes.take_varint());
        const Offset offset{header.first.value() + i};
        if (offset >= from) entries.push_back({offset, time, raw.slice(at, size)});
        at += size;
    }
    if (times.rest().size() != payload_bytes) return std::nullopt;
    return entries;
}

}  // namespace millrace::storage
