#pragma once

#include <vector>

#include "services/sqs/parked_receives.h"
#include "storage/log_store.h"

namespace millrace::sqs {

/// Reads the entries of the deliveries, neighbours in one go, and answers those that are still there in the
/// order given; may answer inside the call. The log must not be trimmed beyond them meanwhile. An entry that
/// cannot be read is left out and reported in Millrace's log; the error is the answer when nothing could be
/// read.
void read_messages(storage::LogStore& logs, storage::LogId log, std::vector<Delivery> deliveries,
                   ReceiveDone done);

}  // namespace millrace::sqs
