#include <benchmark/benchmark.h>
#include <cstdint>
#include <malloc.h>

#include "services/sqs/queue_state.h"

// What a queue's messages cost in memory, and what a turn costs (send, receive and delete ten) when so many
// wait, or are delayed.

namespace millrace::sqs {
namespace {

constexpr std::size_t kTurn = 10;
constexpr std::size_t kRecordBytes = 1'200;

class Load {
  public:
    void send(std::int64_t messages, Seconds delay = Seconds{0}) {
        for (std::int64_t i = 0; i < messages; ++i) {
            state_.apply(place(), SendRecord{.sent = clock_.now(), .delay = delay}, now());
        }
    }

    void turn() {
        send(kTurn);
        std::vector<MessageNumber> received;
        for (const Delivery& delivery : state_.take(now(), kTurn, Seconds{30}, 0, 1).deliveries) {
            received.push_back(delivery.message.number);
        }
        state_.apply(place(), DeleteRecord{received}, now());
    }

    void advance(Milliseconds by) {
        clock_.advance(by);
        state_.advance(now());
    }
    [[nodiscard]] const QueueState& state() const { return state_; }

  private:
    [[nodiscard]] Instant now() const { return Instant::of(clock_); }
    Place place() { return {storage::Offset{offset_++}, kRecordBytes}; }

    ManualClock clock_;
    QueueState state_;
    std::uint64_t offset_ = 0;
};

void count_bytes(benchmark::State& bench, std::size_t before, std::int64_t messages) {
    const std::size_t after = mallinfo2().uordblks + mallinfo2().hblkhd;
    bench.counters["bytes/message"] = static_cast<double>(after - before) / static_cast<double>(messages);
}

void waiting(benchmark::State& bench) {
    const std::size_t before = mallinfo2().uordblks + mallinfo2().hblkhd;
    Load load;
    load.send(bench.range(0));
    count_bytes(bench, before, bench.range(0));
    for (auto turn : bench) load.turn();
    bench.SetItemsProcessed(bench.iterations() * static_cast<std::int64_t>(kTurn));
}
BENCHMARK(waiting)->Arg(10)->Arg(1'000'000)->Arg(10'000'000);

void delayed(benchmark::State& bench) {
    const std::size_t before = mallinfo2().uordblks + mallinfo2().hblkhd;
    Load load;
    load.send(bench.range(0), Seconds{900});
    count_bytes(bench, before, bench.range(0));
    for (auto turn : bench) load.turn();
    bench.SetItemsProcessed(bench.iterations() * static_cast<std::int64_t>(kTurn));
    const SystemClock clock;
    const MonotonicTime before_all = clock.monotonic();
    load.advance(Seconds{900});
    while (load.state().delayed() > 0) load.advance(Seconds{0});
    bench.counters["ms for all at once"] =
        std::chrono::duration<double, std::milli>(clock.monotonic() - before_all).count();
}
BENCHMARK(delayed)->Arg(1'000'000);

}  // namespace
}  // namespace millrace::sqs
