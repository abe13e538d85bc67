#pragma once

#include <memory>
#include <vector>

#include "services/sqs/queue.h"

namespace millrace::sqs {

/// To be called when all queues have recovered, before they start. Of a message that arrived in another queue
/// just before a crash that took its deletion here, the old copy goes.
void finish_arrivals(const std::vector<std::shared_ptr<Queue>>& queues);

}  // namespace millrace::sqs
