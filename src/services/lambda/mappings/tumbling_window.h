#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <string>

#include "base/units.h"
#include "codec/kinesis_event.h"
#include "services/lambda/mappings/checkpoint.h"
#include "services/lambda/mappings/mapping.h"

namespace millrace::lambda {

/// Bytes of state that a function may carry on in a window; with more it is terminated early.
inline constexpr std::size_t kWindowStateBytesMax = 1_MiB;

/// How long after its end a window waits for records that arrived in it and are not readable yet.
inline constexpr Milliseconds kWindowGrace{1'000};

/// The tumbling windows of a shard (TumblingWindowInSeconds), one after another: which records belong to the
/// one that is open, and its state. Windows begin at multiples of their length since 1970. Records count by
/// their arrival; one that arrived before the open window counts to it, for a shard's clock may be set back.
/// A window of another length than is configured now goes on to its own end.
///
/// A state beyond kWindowStateBytesMax ends the window early: the function gets it once more, to use what it
/// has, and the window goes on with a fresh one.
///
/// Pure. Threads: those of its owner.
class TumblingWindow {
  public:
    /// The settings must outlive it.
    explicit TumblingWindow(const BatchSettings& settings) : settings_(settings) {}

    void resume(OpenWindow window) { open_ = std::move(window); }

    [[nodiscard]] const std::optional<OpenWindow>& open() const { return open_; }
    [[nodiscard]] bool is_over_limit() const { return open_ && open_->state.size() > kWindowStateBytesMax; }
    /// Another one after each change of what open() says.
    [[nodiscard]] std::uint64_t revision() const { return revision_; }

    /// How many of the records, which stand in their order, the next batch may have. None: the open window
    /// is to be closed first.
    [[nodiscard]] std::size_t fit(std::span<const ports::SourceRecord> records) const;
    /// Whether the open window is to be closed now. `nothing_more`: the shard has no records but these.
    [[nodiscard]] bool must_close(std::span<const ports::SourceRecord> records, bool nothing_more,
                                  WallTime now) const;
    /// What the event of a batch that begins with the record says. Refers to the state.
    [[nodiscard]] std::optional<codec::KinesisEventWindow> call_for(const ports::SourceRecord& first) const;
    /// What the event says that closes the open window, or ends it early.
    [[nodiscard]] codec::KinesisEventWindow closing_call() const;

    /// The function took records of which this is the first, and answered with the state.
    void accept(const ports::SourceRecord& first, std::string state);
    /// The function took the closing_call().
    void closed();

  private:
    struct Span {
        WallTime start;
        WallTime end;
    };
    [[nodiscard]] bool is_on() const { return settings_.tumbling_window > Seconds{0}; }
    [[nodiscard]] Span span_of(const ports::SourceRecord& first) const;

    const BatchSettings& settings_;
    std::optional<OpenWindow> open_;
    std::uint64_t revision_ = 0;
};

}  // namespace millrace::lambda
