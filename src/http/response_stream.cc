#include "http/response_stream.h"

#include <deque>

#include "base/assert.h"

namespace millrace::http {
namespace {

/// The function may end the side that it belongs to, and must not be destroyed while it runs.
template <class StillWanted>
void call(std::move_only_function<void()>& function, StillWanted still_wanted) {
    if (!function) return;
    auto running = std::exchange(function, nullptr);
    running();
    if (still_wanted() && !function) function = std::move(running);
}

}  // namespace

/// What both ends share.
struct StreamPipe {
    StreamWriter::Callbacks producer;
    std::move_only_function<void()> on_more;
    std::deque<SharedBytes> pieces;
    std::size_t unsent = 0;
    StreamReader::State state = StreamReader::State::kOpen;
    bool holding_back = false;  ///< the producer was told by full(), and waits for on_ready
    bool has_reader = true;

    void tell_reader() {
        call(on_more, [this] { return has_reader; });
    }
};

std::pair<StreamWriter, StreamReader> StreamWriter::make(Callbacks callbacks) {
    auto pipe = std::make_shared<StreamPipe>();
    pipe->producer = std::move(callbacks);
    return {StreamWriter(pipe), StreamReader(pipe)};
}

StreamWriter& StreamWriter::operator=(StreamWriter&& other) noexcept {
    end();
    pipe_ = std::move(other.pipe_);
    return *this;
}

StreamWriter::~StreamWriter() {
    end();
}

void StreamWriter::end() {
    const auto pipe = std::exchange(pipe_, nullptr);
    if (!pipe) return;
    pipe->producer = {};
    pipe->state = StreamReader::State::kBrokenOff;
    pipe->tell_reader();
}

void StreamWriter::write(SharedBytes piece) {
    MILLRACE_ASSERT(pipe_ != nullptr);
    const auto pipe = pipe_;
    if (!pipe->has_reader || piece.size() == 0) return;
    pipe->unsent += piece.size();
    pipe->pieces.push_back(std::move(piece));
    pipe->holding_back = false;  // no on_ready from inside
    pipe->tell_reader();
    pipe->holding_back = pipe->unsent >= kStreamUnsentMax;
}

void StreamWriter::finish() {
    const auto pipe = std::exchange(pipe_, nullptr);
    if (!pipe) return;
    pipe->producer = {};
    pipe->state = StreamReader::State::kFinished;
    pipe->tell_reader();
}

bool StreamWriter::full() const {
    return pipe_ && pipe_->holding_back;
}

std::size_t StreamWriter::unsent_bytes() const {
    return pipe_ ? pipe_->unsent : 0;
}

StreamReader& StreamReader::operator=(StreamReader&& other) noexcept {
    leave();
    pipe_ = std::move(other.pipe_);
    return *this;
}

StreamReader::~StreamReader() {
    leave();
}

void StreamReader::leave() {
    const auto pipe = std::exchange(pipe_, nullptr);
    if (!pipe) return;
    pipe->has_reader = pipe->holding_back = false;
    pipe->on_more = nullptr;
    pipe->pieces.clear();
    pipe->unsent = 0;
    auto on_gone = std::exchange(pipe->producer, {}).on_gone;
    if (on_gone) on_gone();
}

void StreamReader::on_more(std::move_only_function<void()> call) {
    pipe_->on_more = std::move(call);
}

SharedBytes StreamReader::take(std::size_t max_bytes) {
    const auto pipe = pipe_;
    if (pipe->pieces.empty()) return {};
    SharedBytes taken = std::move(pipe->pieces.front());
    if (taken.size() > max_bytes) {
        pipe->pieces.front() = taken.slice(max_bytes);
        taken = taken.slice(0, max_bytes);
    } else {
        pipe->pieces.pop_front();
    }
    pipe->unsent -= taken.size();
    if (pipe->holding_back && pipe->unsent <= kStreamUnsentMax / 2) {
        pipe->holding_back = false;
        call(pipe->producer.on_ready, [&] { return pipe->state == State::kOpen && pipe->has_reader; });
    }
    return taken;
}

bool StreamReader::has_bytes() const {
    return !pipe_->pieces.empty();
}

StreamReader::State StreamReader::state() const {
    return pipe_->state;
}

}  // namespace millrace::http
