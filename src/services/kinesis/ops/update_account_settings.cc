#include <utility>

#include "services/kinesis/ops/account.h"
#include "services/kinesis/ops/operations.h"

namespace millrace::kinesis {

void update_account_settings(Streams& streams, const aws::RequestContext& context,
                             api::kinesis::UpdateAccountSettingsInput input,
                             aws::Reply<api::kinesis::UpdateAccountSettings> reply) {
    const bool enable = input.minimum_throughput_billing_commitment.status == "ENABLED";
    const WallTime now = streams.clock().now();
    streams.accounts().set_commitment(context.scope, enable, now,
                                      [&accounts = streams.accounts(), scope = context.scope, now,
                                       reply = std::move(reply)](aws::Outcome<void> outcome) mutable {
                                          if (!outcome)
                                              return reply(std::unexpected(std::move(outcome.error())));
                                          reply(api::kinesis::UpdateAccountSettingsOutput{
                                              .minimum_throughput_billing_commitment =
                                                  describe_commitment(accounts.commitment(scope), now)});
                                      });
}

}  // namespace millrace::kinesis
