#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "base/error.h"
#include "base/time.h"

namespace millrace::aws {

enum class FaultEffect : std::uint8_t {
    kThrottle,         ///< the service's throttling error; nothing is done
    kFail,             ///< InternalFailure, 500; nothing is done
    kUnavailable,      ///< ServiceUnavailable, 503; nothing is done
    kThrottleEntries,  ///< of a batch, entry by entry; the others are done
    kFailEntries,
    kDelay,      ///< done later
    kDrop,       ///< the connection is closed; nothing is done
    kLoseReply,  ///< done, then the connection is closed instead of an answer
};

/// Shares are counted in millionths, so that "0.0001%" is exact.
inline constexpr std::uint32_t kShareWhole = 1'000'000;
inline constexpr Milliseconds kFaultDelayMax{900'000};
inline constexpr std::size_t kFaultTextBytesMax = 1024;

/// Which calls fail on purpose, and how (docs/faults.md has the grammar):
///
///   kinesis:PutRecords stream=orders throttle=10% seed=7
///   sqs:* queue=jobs delay=200ms@5%
///   lambda:Invoke fail=100% after=2 times=1
struct FaultRule {
    std::string service;         ///< "kinesis": the name of its model
    std::string operation = {};  ///< empty: every operation
    std::string resource = {};   ///< name of the stream, queue or function; empty: any
    FaultEffect effect = FaultEffect::kFail;
    std::uint32_t share = kShareWhole;
    Milliseconds delay{0};  ///< of kDelay
    std::uint64_t seed = 1;
    std::uint64_t after = 0;  ///< matching calls that are spared first
    std::uint64_t times = 0;  ///< struck at most so often; 0: without end
    friend bool operator==(const FaultRule&, const FaultRule&) = default;

    [[nodiscard]] bool by_entry() const {
        return effect == FaultEffect::kThrottleEntries || effect == FaultEffect::kFailEntries;
    }
};

/// The error is a sentence that names the word and what may stand there.
[[nodiscard]] Result<FaultRule> parse_fault_rule(std::string_view text);
/// Parses back to the same rule.
[[nodiscard]] std::string to_string(const FaultRule& rule);

/// Whether the rule's share strikes its n-th call or entry, counted from 1: a function of seed and n alone,
/// the same on every machine.
[[nodiscard]] bool strikes(const FaultRule& rule, std::uint64_t n);

}  // namespace millrace::aws
