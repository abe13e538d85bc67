#include "services/lambda/asynchronous/event_port.h"

#include "services/lambda/errors.h"
#include "services/lambda/ops/function_shapes.h"

namespace millrace::lambda {

void EventPort::accept(const aws::Scope& scope, const std::string& function_arn, std::string payload,
                       std::move_only_function<void(aws::Outcome<void>)> done) {
    auto target = find_target(core_, scope, function_arn, {});
    if (!target) return done(std::unexpected(std::move(target.error())));
    accept_event(core_,
                 {.scope = scope,
                  .function = target->reference.name,
                  .qualifier = target->reference.qualifier,
                  .request_id = make_uuid(core_.random),
                  .client_context = {},
                  .accepted = core_.clock.now(),
                  .payload = std::move(payload)},
                 std::move(done));
}

void accept_event(Core& core, AsyncEvent event, std::move_only_function<void(aws::Outcome<void>)> done) {
    core.asynchronous.accept(std::move(event), [done = std::move(done)](Result<> accepted) mutable {
        if (accepted) return done({});
        if (accepted.error().code == ErrorCode::kResourceExhausted) {
            return done(std::unexpected(too_many_requests("Rate Exceeded.")));
        }
        done(std::unexpected(aws::to_service_error(accepted.error())));
    });
}

}  // namespace millrace::lambda
