#pragma once

#include <cstddef>
#include <functional>
#include <memory>
#include <utility>

#include "base/shared_bytes.h"
#include "base/units.h"

namespace millrace::http {

/// Bytes that a stream keeps for a client that does not take them; its producer then holds back until half of
/// it is gone. What the connection itself holds comes on top (kStreamAheadMax).
inline constexpr std::size_t kStreamUnsentMax = 1_MiB;

struct StreamPipe;
class StreamReader;

/// The end of a streamed body that the producer writes to. Made together with the reader's end, which goes
/// into a Response. Both live on the connection's loop and are used only from there. A piece is not copied:
/// one that is encoded once can be written to many streams.
///
/// Destroying the writer without finish() breaks the response off, so that the client knows it is not whole.
class StreamWriter {
  public:
    struct Callbacks {
        /// The stream was full() and has room again. Never called from inside write().
        std::move_only_function<void()> on_ready = {};
        /// Once: nobody takes the rest any more (client gone, server stopped). What is written later is
        /// dropped. Not called after finish(). Both may destroy the writer.
        std::move_only_function<void()> on_gone = {};
    };

    static std::pair<StreamWriter, StreamReader> make(Callbacks callbacks);

    StreamWriter(StreamWriter&& other) noexcept = default;
    StreamWriter& operator=(StreamWriter&& other) noexcept;
    ~StreamWriter();

    /// A piece that finds the stream full() is taken all the same: who does not hold back is not bounded.
    void write(SharedBytes piece);
    /// The body is whole. Nothing may be written after it.
    void finish();

    /// Hold back until on_ready.
    [[nodiscard]] bool full() const;
    [[nodiscard]] std::size_t unsent_bytes() const;

  private:
    explicit StreamWriter(std::shared_ptr<StreamPipe> pipe) : pipe_(std::move(pipe)) {}
    void end();

    std::shared_ptr<StreamPipe> pipe_;  ///< nullptr after finish()
};

/// The end of a streamed body that a connection takes from, at the speed of its client. Destroying it tells
/// the producer that the client is gone.
class StreamReader {
  public:
    enum class State { kOpen, kFinished, kBrokenOff };

    StreamReader(StreamReader&& other) noexcept = default;
    StreamReader& operator=(StreamReader&& other) noexcept;
    ~StreamReader();

    /// Called whenever there is more to take, or the state changed; replaces an earlier one.
    void on_more(std::move_only_function<void()> call);
    /// The next bytes, cut at max_bytes; empty when none wait. May call the producer, which may write at
    /// once.
    [[nodiscard]] SharedBytes take(std::size_t max_bytes);
    [[nodiscard]] bool has_bytes() const;
    /// Of the producer's side; bytes may still wait.
    [[nodiscard]] State state() const;

  private:
    friend class StreamWriter;
    explicit StreamReader(std::shared_ptr<StreamPipe> pipe) : pipe_(std::move(pipe)) {}
    void leave();

    std::shared_ptr<StreamPipe> pipe_;
};

}  // namespace millrace::http
