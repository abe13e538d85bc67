#pragma once

#include <cstddef>
#include <functional>
#include <optional>
#include <vector>

#include "aws/context.h"
#include "aws/error.h"
#include "aws/model/instance.h"
#include "aws/model/service_model.h"

namespace millrace::aws {

/// What each entry of a batch fails with; nothing where it is not touched.
using EntryFaults = std::vector<std::optional<ServiceError>>;

/// Makes the whole output of what was answered to the entries that were left; nullptr when none was, and the
/// operation did not run.
using MergeEntries = std::move_only_function<Instance(const void* output)>;

/// How an operation on several entries answers for those that fail one by one. The operation itself does not
/// know: it sees only the entries that are left. Each service offers its own; immutable.
class BatchEntries {
  public:
    virtual ~BatchEntries() = default;
    [[nodiscard]] virtual const OperationModel& model() const = 0;
    /// The input is of model().input's type.
    [[nodiscard]] virtual std::size_t count(const void* input) const = 0;
    /// Takes the failing entries (one element an entry) out of the input.
    [[nodiscard]] virtual MergeEntries take_out(void* input, EntryFaults faults) const = 0;
};

}  // namespace millrace::aws
