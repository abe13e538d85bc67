#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "api/sqs.h"
#include "aws/error.h"

namespace millrace::sqs {

/// The rules that hold for the ids of every batch: 1 to 10 entries, ids of letters, digits, '-' and '_', no
/// two alike. `entry_type` is the name of an entry in AWS's words.
[[nodiscard]] aws::Outcome<void> check_batch_ids(const std::vector<std::string_view>& ids,
                                                 std::string_view entry_type);

template <class Entry>
[[nodiscard]] aws::Outcome<void> check_batch(const std::vector<Entry>& entries, std::string_view entry_type) {
    std::vector<std::string_view> ids;
    ids.reserve(entries.size());
    for (const Entry& entry : entries) ids.emplace_back(entry.id);
    return check_batch_ids(ids, entry_type);
}

/// The result of an entry that failed alone.
[[nodiscard]] api::sqs::BatchResultErrorEntry failed_entry(std::string id, const aws::ServiceError& error);

/// Batch results leave a list out when it is empty.
template <class Entry>
void append_entry(std::optional<std::vector<Entry>>& list, Entry entry) {
    if (!list) list.emplace();
    list->push_back(std::move(entry));
}

}  // namespace millrace::sqs
