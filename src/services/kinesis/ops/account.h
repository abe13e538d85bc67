#pragma once

#include <optional>

#include "api/kinesis.h"
#include "services/kinesis/account_settings.h"

namespace millrace::kinesis {

/// An account's commitment as the API shows it.
[[nodiscard]] api::kinesis::MinimumThroughputBillingCommitmentOutput describe_commitment(
    const std::optional<Commitment>& commitment, WallTime now);

}  // namespace millrace::kinesis
