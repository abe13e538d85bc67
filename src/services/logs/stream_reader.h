#pragma once

#include <functional>

#include "base/error.h"
#include "services/logs/page.h"
#include "storage/log_store.h"

namespace millrace::logs {

using PageDone = std::move_only_function<void(Result<Page>)>;

struct PageQuery {
    storage::LogId log;
    TimeRange range;
    std::size_t events_max;
};

/// The first events from the position on. A page ends at events_max, kPageBytesMax, the end of the log, or
/// after kScanBytesMax of other events: then it may be empty though more follows, and its end is past the
/// position.
void read_forward(storage::LogStore& logs, const PageQuery& query, Position from, PageDone done);

/// The last events before the position, with the same bounds.
void read_backward(storage::LogStore& logs, const PageQuery& query, Position before, PageDone done);

}  // namespace millrace::logs
