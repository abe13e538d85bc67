#include "codec/gzip.h"

#include <algorithm>
#include <array>
#include <zlib.h>

namespace millrace::codec {

namespace {

constexpr std::size_t kPieceBytes = 16'384;
constexpr int kGzipOnly = 16 + MAX_WBITS;  // as zlib's inflateInit2 takes it

std::unexpected<Error> not_gzip(std::string_view why) {
    return fail(ErrorCode::kInvalidArgument, "The bytes are not gzip: " + std::string(why));
}

class Inflater {
  public:
    explicit Inflater(std::string_view bytes) {
        good_ = inflateInit2(&stream_, kGzipOnly) == Z_OK;
        // zlib only reads there, whatever its type says.
        stream_.next_in = reinterpret_cast<Bytef*>(const_cast<char*>(bytes.data()));
        stream_.avail_in = static_cast<uInt>(bytes.size());
    }
    ~Inflater() { inflateEnd(&stream_); }
    Inflater(const Inflater&) = delete;
    Inflater& operator=(const Inflater&) = delete;

    /// Another piece of what comes out; empty when all has.
    Result<std::string_view> next() {
        if (!good_) return not_gzip("there is no memory to read them");
        while (true) {
            if (ended_ && stream_.avail_in == 0) return std::string_view();
            if (ended_ && inflateReset(&stream_) != Z_OK) return not_gzip("another member cannot be read");
            stream_.next_out = reinterpret_cast<Bytef*>(piece_.data());
            stream_.avail_out = static_cast<uInt>(piece_.size());
            const int status = inflate(&stream_, Z_NO_FLUSH);
            if (status != Z_OK && status != Z_STREAM_END)
                return not_gzip(stream_.msg == nullptr ? "they end too early" : stream_.msg);
            ended_ = status == Z_STREAM_END;
            const std::size_t size = piece_.size() - stream_.avail_out;
            if (size > 0) return std::string_view(piece_.data(), size);
        }
    }

  private:
    z_stream stream_{};
    bool good_ = false;
    bool ended_ = false;
    std::array<char, kPieceBytes> piece_;
};

}  // namespace

Result<std::string> gzip_decode(std::string_view bytes, std::size_t bytes_max) {
    Inflater inflater(bytes);
    std::string out;
    while (true) {
        const auto piece = inflater.next();
        if (!piece) return std::unexpected(piece.error());
        if (piece->empty()) return out;
        if (piece->size() > bytes_max - out.size())
            return fail(ErrorCode::kInvalidArgument, "The decompressed bytes are too many");
        out += *piece;
    }
}

}  // namespace millrace::codec
