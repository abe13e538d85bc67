#pragma once

#include <cstdint>
#include <map>
#include <memory>
#include <optional>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "aws/error.h"
#include "base/shared_bytes.h"
#include "base/time.h"
#include "http/client_presence.h"
#include "services/sqs/queue_state.h"

namespace millrace::sqs {

/// A message on its way to a consumer: what this receive is, and the log's entry (a SendRecord).
struct ReceivedMessage {
    Delivery delivery;
    SharedBytes entry;
};
using ReceiveDone = std::move_only_function<void(aws::Outcome<std::vector<ReceivedMessage>>)>;

struct ReceiveOptions {
    std::size_t limit = 1;
    Seconds visibility_timeout{0};
    Seconds wait{0};
    std::string attempt = {};  ///< ReceiveRequestAttemptId, of a FIFO queue
    /// Whoever has gone gets no messages; nullptr: stays.
    std::shared_ptr<http::ClientPresence> client = nullptr;
};

/// A receive that waits for messages; answers exactly once.
struct ParkedReceive {
    ReceiveOptions options;
    MonotonicTime deadline;
    ReceiveDone done;
};

/// The receives that wait at one queue, in the order in which they came.
class ParkedReceives {
  public:
    /// The number by which take() knows it; not used again.
    std::uint64_t add(ParkedReceive receive);

    [[nodiscard]] bool empty() const { return by_arrival_.empty(); }
    [[nodiscard]] const ReceiveOptions& front() const { return by_arrival_.begin()->second.options; }
    [[nodiscard]] bool holds(std::uint64_t arrival) const { return by_arrival_.contains(arrival); }
    [[nodiscard]] ParkedReceive take_front();
    /// Nothing when it waits no more.
    [[nodiscard]] std::optional<ParkedReceive> take(std::uint64_t arrival);

    /// Takes one whose deadline has come.
    [[nodiscard]] std::optional<ParkedReceive> take_overdue(MonotonicTime now);
    [[nodiscard]] std::optional<MonotonicTime> next_deadline() const;

  private:
    [[nodiscard]] ParkedReceive take(std::map<std::uint64_t, ParkedReceive>::iterator at);

    std::uint64_t arrivals_ = 0;
    std::map<std::uint64_t, ParkedReceive> by_arrival_;
    std::set<std::pair<MonotonicTime, std::uint64_t>> by_deadline_;
};

}  // namespace millrace::sqs
