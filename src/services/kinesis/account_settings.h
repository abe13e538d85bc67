#pragma once

#include <functional>
#include <map>
#include <optional>
#include <string>
#include <string_view>

#include "aws/context.h"
#include "aws/error.h"
#include "base/time.h"
#include "storage/catalog/catalog.h"
#include "storage/catalog/serial_changes.h"

namespace millrace::kinesis {

/// An account's promise to pay for a minimum of throughput, which unlocks what AWS calls On-demand Advantage.
struct Commitment {
    WallTime started;
    /// When it ends or ended; nullopt as long as nobody asked for that.
    std::optional<WallTime> end = std::nullopt;
    friend bool operator==(const Commitment&, const Commitment&) = default;
};

/// A commitment cannot end sooner.
inline constexpr Milliseconds kCommitmentMin{24 * 3'600'000};

[[nodiscard]] WallTime earliest_end(const Commitment& commitment);
[[nodiscard]] bool in_force(const std::optional<Commitment>& commitment, WallTime now);
/// "ENABLED", "DISABLED" or "ENABLED_UNTIL_EARLIEST_ALLOWED_END"
[[nodiscard]] std::string_view status_of(const std::optional<Commitment>& commitment, WallTime now);
/// What becomes of it when it is enabled or disabled now: who disables it early ends it as soon as it may
/// end, who enables it again before takes that back.
[[nodiscard]] std::optional<Commitment> changed(std::optional<Commitment> commitment, bool enable,
                                                WallTime now);

/// The settings of accounts, in each region; in the catalog as "kinesis/accounts/<account>/<region>".
/// Threads: the home executor. The catalog must outlive it.
class AccountSettings {
  public:
    using Done = std::move_only_function<void(aws::Outcome<void>)>;

    explicit AccountSettings(storage::Catalog& catalog);
    [[nodiscard]] Result<> restore();

    [[nodiscard]] std::optional<Commitment> commitment(const aws::Scope& scope) const;
    void set_commitment(const aws::Scope& scope, bool enable, WallTime now, Done done);
    void reset();

  private:
    storage::Catalog& catalog_;
    storage::SerialChanges<aws::ServiceError> changes_;
    std::map<aws::Scope, Commitment> commitments_;
};

}  // namespace millrace::kinesis
