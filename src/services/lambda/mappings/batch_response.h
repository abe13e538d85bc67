#pragma once

#include <cstddef>
#include <functional>
#include <optional>
#include <set>
#include <span>
#include <string>
#include <string_view>

#include "ports/record_source.h"

namespace millrace::lambda {

using FailedItems = std::set<std::string, std::less<>>;

/// The items of the batch that failed, by the function's answer with ReportBatchItemFailures:
/// {"batchItemFailures":[{"itemIdentifier":"<sequence number, or message id>"}]}. None when the list or the
/// answer is empty or null, or an object has no list; nullopt, which means all, when the answer is no such
/// JSON, or names an item that is not in the batch.
[[nodiscard]] std::optional<FailedItems> failed_items(std::string_view response,
                                                      std::span<const std::string_view> batch);

/// How many records at the start of the batch succeeded: of several that failed the lowest counts.
[[nodiscard]] std::size_t count_successes(std::string_view response,
                                          std::span<const ports::SourceRecord> batch);

/// The JSON of the answer's member "state", which a function with tumbling windows must give; nullopt when it
/// does not.
[[nodiscard]] std::optional<std::string> window_state(std::string_view response);

}  // namespace millrace::lambda
