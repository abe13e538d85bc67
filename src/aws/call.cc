#include "aws/call.h"

#include <algorithm>
#include <utility>

#include "aws/answer.h"
#include "aws/faults/fault_error.h"
#include "aws/model/nothing.h"

namespace millrace::aws {
namespace {

/// Makes an outcome, of either kind, the response.
auto answer_of(Call& call) {
    return [model = call.operation->model, protocol = call.context.protocol,
            request_id = call.context.request_id, respond = std::move(call.respond)](auto outcome) mutable {
        respond(outcome ? make_response(protocol, *model, std::move(*outcome), request_id)
                        : make_error_response(protocol, model->service, outcome.error(), request_id));
    };
}

http::Response hang_up() {
    return {.status = 0, .headers = {}, .body = {}, .stream = std::nullopt, .hang_up = true};
}

/// The batch without the entries that fail, which its answer then gets back.
void run_rest_of_batch(Call call, Verdict verdict) {
    const bool any_left = !std::ranges::all_of(verdict.entries, [](const auto& e) { return e.has_value(); });
    auto merge = verdict.batch->take_out(call.input.get(), std::move(verdict.entries));
    auto answer = answer_of(call);
    if (!any_left) {
        const Instance output = merge(nullptr);
        return answer(Outcome<const void*>(output.get()));
    }
    call.operation->run(call.context, call.input.get(),
                        AnswerOnce<const void*>([merge = std::move(merge), answer = std::move(answer)](
                                                    Outcome<const void*> outcome) mutable {
                            if (!outcome) return answer(std::move(outcome));
                            const Instance output = merge(*outcome);
                            answer(Outcome<const void*>(output.get()));
                        }));
}

}  // namespace

void run(Call call) {
    Nothing nothing;
    void* decoded = call.input ? call.input.get() : &nothing;
    auto answer = answer_of(call);
    if (call.operation->run_body) {
        call.operation->run_body(call.context, decoded, AnswerOnce<AnyBody>(std::move(answer)));
    } else if (call.operation->run_stream) {
        call.operation->run_stream(call.context, decoded, AnswerOnce<StreamAnswer>(std::move(answer)));
    } else {
        call.operation->run(call.context, decoded, AnswerOnce<const void*>(std::move(answer)));
    }
}

void run_faulty(Call call, Verdict verdict, Executor& home, const Clock& clock) {
    if (const auto delay = std::exchange(verdict.delay, {}); delay > Milliseconds{0}) {
        home.run_at(clock.monotonic() + delay,
                    [call = std::move(call), verdict = std::move(verdict), &home, &clock]() mutable {
                        run_faulty(std::move(call), std::move(verdict), home, clock);
                    });
        return;
    }
    if (verdict.effect == FaultEffect::kDrop) return call.respond(hang_up());
    if (verdict.effect == FaultEffect::kLoseReply) {
        call.respond = [respond = std::move(call.respond)](const http::Response&) mutable {
            respond(hang_up());
        };
    } else if (verdict.effect) {
        const OperationModel& model = *call.operation->model;
        return call.respond(make_error_response(
            call.context.protocol, model.service,
            fault_error(*verdict.effect, model, call.context, verdict.resource), call.context.request_id));
    }
    if (verdict.batch != nullptr) return run_rest_of_batch(std::move(call), std::move(verdict));
    run(std::move(call));
}

}  // namespace millrace::aws
