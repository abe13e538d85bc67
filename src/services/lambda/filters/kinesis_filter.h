#pragma once

#include "ports/record_source.h"
#include "services/lambda/filters/filter_criteria.h"

namespace millrace::lambda {

/// Patterns see the members that the event has under "kinesis"; data is the JSON that the record holds.
[[nodiscard]] bool passes(const FilterCriteria& criteria, const ports::SourceRecord& record);

}  // namespace millrace::lambda
