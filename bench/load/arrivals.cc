#include "arrivals.h"

#include <nlohmann/json.hpp>

#include "answer.h"
#include "tally.h"

namespace millrace::bench {

void Arrivals::sent(std::uint64_t id, MonotonicTime scheduled, bool counts) {
    if (sent_.try_emplace(id, Sent{.at = scheduled, .counts = counts}).second) ++awaited_;
}

void Arrivals::refused(std::uint64_t id) {
    const auto found = sent_.find(id);
    if (found == sent_.end()) return;
    if (!found->second.arrived) --awaited_;
    sent_.erase(found);
}

void Arrivals::seen(std::string_view answer, MonotonicTime now) {
    for (const std::uint64_t id : find_ids(answer)) {
        const auto found = sent_.find(id);
        if (found == sent_.end()) continue;  // of an earlier run
        Sent& sent = found->second;
        if (sent.arrived) {
            ++repeated_;
            continue;
        }
        sent.arrived = true;
        --awaited_;
        if (sent.counts) took_.record(now - sent.at);
    }
}

nlohmann::json Arrivals::report() const {
    return {{"sent", sent_.size()},
            {"missing", awaited_},
            {"repeated", repeated_},
            {"latency", latency_report(took_)}};
}

}  // namespace millrace::bench
