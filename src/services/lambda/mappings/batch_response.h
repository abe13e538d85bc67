#pragma once

#include <cstddef>
#include <span>
#include <string_view>

#include "ports/record_source.h"

namespace millrace::lambda {

/// How many records at the begin of the batch succeeded, by the function's answer with
/// ReportBatchItemFailures:
/// {"batchItemFailures":[{"itemIdentifier":"<sequence number>"}]}. Of several the lowest counts. All
/// succeeded when the list or the answer is empty or null; none when the answer is no such JSON, or names a
/// record that is not in the batch.
[[nodiscard]] std::size_t count_successes(std::string_view response,
                                          std::span<const ports::SourceRecord> batch);

}  // namespace millrace::lambda
