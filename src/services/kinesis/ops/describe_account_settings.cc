#include "services/kinesis/ops/account.h"
#include "services/kinesis/ops/operations.h"

namespace millrace::kinesis {

api::kinesis::MinimumThroughputBillingCommitmentOutput describe_commitment(
    const std::optional<Commitment>& commitment, WallTime now) {
    api::kinesis::MinimumThroughputBillingCommitmentOutput output{
        .status = std::string(status_of(commitment, now))};
    if (!commitment) return output;
    output.started_at = commitment->started;
    if (in_force(commitment, now)) {
        output.earliest_allowed_end_at = earliest_end(*commitment);
    } else {
        output.ended_at = commitment->end;
    }
    return output;
}

void describe_account_settings(Streams& streams, const aws::RequestContext& context,
                               api::kinesis::DescribeAccountSettingsInput,
                               aws::Reply<api::kinesis::DescribeAccountSettings> reply) {
    reply(api::kinesis::DescribeAccountSettingsOutput{
        .minimum_throughput_billing_commitment =
            describe_commitment(streams.accounts().commitment(context.scope), streams.clock().now())});
}

}  // namespace millrace::kinesis
