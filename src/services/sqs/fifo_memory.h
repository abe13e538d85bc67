#pragma once

#include <functional>
#include <unordered_map>
#include <vector>

#include "services/sqs/deduplication.h"
#include "services/sqs/receive_attempts.h"

namespace millrace::sqs {

/// What a FIFO queue remembers beside its messages.
struct FifoMemory {
    Deduplication sends;
    /// Sends on their way to the log, each with those who want to know what became of it.
    using Waiter = std::move_only_function<void(const Result<SentMessage>&)>;
    std::unordered_map<Deduplication::Key, std::vector<Waiter>, Deduplication::KeyHash> sending;

    ReceiveAttempts receives;
};

}  // namespace millrace::sqs
