#include "services/sqs/arrivals.h"

#include <map>

#include "base/log.h"

namespace millrace::sqs {

void finish_arrivals(const std::vector<std::shared_ptr<Queue>>& queues) {
    std::map<storage::LogId, std::vector<MessageNumber>> parted;
    for (const auto& queue : queues) {
        if (const auto& arrival = queue->newest_arrival()) parted[arrival->log].push_back(arrival->message);
    }
    if (parted.empty()) return;
    for (const auto& queue : queues) {
        const auto at = parted.find(queue->description().log);
        if (at == parted.end()) continue;
        queue->remove(at->second, [](const Result<>& removed) {
            if (removed) return;
            log(LogLevel::kError, "cannot delete a message that was moved to another queue",
                {{"error", removed.error().message}});
        });
    }
}

}  // namespace millrace::sqs
