#include "services/sqs/parked_receives.h"

namespace millrace::sqs {

std::uint64_t ParkedReceives::add(ParkedReceive receive) {
    const std::uint64_t arrival = arrivals_++;
    by_deadline_.emplace(receive.deadline, arrival);
    by_arrival_.emplace(arrival, std::move(receive));
    return arrival;
}

ParkedReceive ParkedReceives::take_front() {
    return take(by_arrival_.begin());
}

std::optional<ParkedReceive> ParkedReceives::take(std::uint64_t arrival) {
    const auto found = by_arrival_.find(arrival);
    if (found == by_arrival_.end()) return std::nullopt;
    return take(found);
}

std::optional<ParkedReceive> ParkedReceives::take_overdue(MonotonicTime now) {
    if (by_deadline_.empty() || by_deadline_.begin()->first > now) return std::nullopt;
    return take(by_arrival_.find(by_deadline_.begin()->second));
}

std::optional<MonotonicTime> ParkedReceives::next_deadline() const {
    if (by_deadline_.empty()) return std::nullopt;
    return by_deadline_.begin()->first;
}

ParkedReceive ParkedReceives::take(std::map<std::uint64_t, ParkedReceive>::iterator at) {
    ParkedReceive receive = std::move(at->second);
    by_deadline_.erase({receive.deadline, at->first});
    by_arrival_.erase(at);
    return receive;
}

}  // namespace millrace::sqs
