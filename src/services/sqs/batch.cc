#include "services/sqs/batch.h"

#include <algorithm>
#include <fmt/format.h>
#include <set>

#include "services/sqs/limits.h"
#include "services/sqs/queue_url.h"

namespace millrace::sqs {

aws::Outcome<void> check_batch_ids(const std::vector<std::string_view>& ids, std::string_view entry_type) {
    if (ids.empty()) {
        return std::unexpected(api::sqs::empty_batch_request(
            fmt::format("There should be at least one {} in the request.", entry_type)));
    }
    if (ids.size() > kBatchEntriesMax) {
        return std::unexpected(api::sqs::too_many_entries_in_batch_request(
            fmt::format("Maximum number of entries per request are {}. You have sent {}.", kBatchEntriesMax,
                        ids.size())));
    }
    // Ids follow the same rule as the names of standard queues.
    const auto is_id = [](std::string_view id) { return is_queue_name(id) && !is_fifo_name(id); };
    if (!std::ranges::all_of(ids, is_id)) {
        return std::unexpected(
            api::sqs::invalid_batch_entry_id("A batch entry id can only contain alphanumeric characters, "
                                             "hyphens and underscores. It can be at most "
                                             "80 letters long."));
    }
    std::set<std::string_view> seen;
    for (const std::string_view id : ids) {
        if (!seen.insert(id).second) {
            return std::unexpected(
                api::sqs::batch_entry_ids_not_distinct(fmt::format("Id {} repeated.", id)));
        }
    }
    return {};
}

api::sqs::BatchResultErrorEntry failed_entry(std::string id, const aws::ServiceError& error) {
    return {.id = std::move(id),
            .sender_fault = error.sender_fault,
            .code = error.query_code.empty() ? error.code : error.query_code,
            .message = error.message};
}

}  // namespace millrace::sqs
