#include "services/s3/download.h"

#include <optional>
#include <utility>

#include "base/log.h"
#include "base/units.h"
#include "services/s3/limits.h"

namespace millrace::s3 {
namespace {

constexpr std::size_t kReadBytes = 1_MiB;

/// Keeps itself alive through the stream's callbacks and the read under way.
class Download : public std::enable_shared_from_this<Download> {
  public:
    Download(ObjectBytes& bytes, Extents extents)
        : bytes_(bytes), pin_(bytes.pin(extents)), left_(std::move(extents)) {}

    http::StreamReader start() {
        auto [writer, reader] =
            http::StreamWriter::make({.on_ready = [self = shared_from_this()] { self->go_on(); },
                                      .on_gone = [self = shared_from_this()] { self->end(); }});
        writer_.emplace(std::move(writer));
        go_on();
        return std::move(reader);
    }

  private:
    void go_on() {
        if (reading_ || !writer_ || writer_->full()) return;
        if (left_.empty()) {
            writer_->finish();
            return end();
        }
        reading_ = true;
        bytes_.read(left_, kReadBytes, [self = shared_from_this()](Result<std::vector<SharedBytes>> pieces) {
            self->take(std::move(pieces));
        });
    }

    void take(Result<std::vector<SharedBytes>> pieces) {
        reading_ = false;
        if (!writer_) return;
        if (!pieces) {
            log(LogLevel::kError, "cannot read an object's bytes", {{"error", pieces.error().message}});
            return end();  // without finish(): the client sees that it is not whole
        }
        std::uint64_t sent = 0;
        for (SharedBytes& piece : *pieces) {
            sent += piece.size();
            writer_->write(std::move(piece));
            if (!writer_) return;
        }
        left_ = slice(left_, sent, total_bytes(left_) - sent);
        go_on();
    }

    void end() {
        const auto self = weak_from_this().lock();
        const auto writer = std::exchange(writer_, std::nullopt);
        pin_.reset();
    }

    ObjectBytes& bytes_;
    std::unique_ptr<ObjectBytes::Pin> pin_;
    Extents left_;
    std::optional<http::StreamWriter> writer_;
    bool reading_ = false;
};

class Collection : public std::enable_shared_from_this<Collection> {
  public:
    Collection(ObjectBytes& bytes, Extents extents, std::move_only_function<void(Result<std::string>)> done)
        : bytes_(bytes), pin_(bytes.pin(extents)), left_(std::move(extents)), done_(std::move(done)) {
        all_.reserve(total_bytes(left_));
    }

    void go_on() {
        if (left_.empty()) return std::exchange(done_, nullptr)(std::move(all_));
        bytes_.read(
            left_, kWritingBytesMax, [self = shared_from_this()](Result<std::vector<SharedBytes>> pieces) {
                if (!pieces)
                    return std::exchange(self->done_, nullptr)(std::unexpected(std::move(pieces.error())));
                const std::size_t before = self->all_.size();
                for (const SharedBytes& piece : *pieces) self->all_ += piece.view();
                const std::uint64_t got = self->all_.size() - before;
                self->left_ = slice(self->left_, got, total_bytes(self->left_) - got);
                self->go_on();
            });
    }

  private:
    ObjectBytes& bytes_;
    std::unique_ptr<ObjectBytes::Pin> pin_;
    Extents left_;
    std::move_only_function<void(Result<std::string>)> done_;
    std::string all_;
};

}  // namespace

http::StreamReader send_bytes(ObjectBytes& bytes, Extents extents) {
    return std::make_shared<Download>(bytes, std::move(extents))->start();
}

void collect_bytes(ObjectBytes& bytes, Extents extents,
                   std::move_only_function<void(Result<std::string>)> done) {
    std::make_shared<Collection>(bytes, std::move(extents), std::move(done))->go_on();
}

}  // namespace millrace::s3
