#pragma once

#include <cstdint>
#include <expected>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>

#include "aws/common_errors.h"
#include "aws/context.h"
#include "aws/error.h"
#include "aws/model/instance.h"
#include "aws/model/service_model.h"
#include "aws/operation.h"

namespace millrace::aws {

/// What a type-erased operation answers: its output, valid during the call (nullptr where the model has no
/// output), or an error.
using AnyReply = std::move_only_function<void(Outcome<const void*>)>;

/// An output with a body of its own that comes piece by piece.
struct AnyBody {
    const void* output;  ///< valid during the call
    std::optional<http::StreamReader> stream;
    std::uint64_t length;
    int status;  ///< 0: the model's
};

/// Hands exactly one answer on: InternalFailure when the operation drops its reply without a word.
template <class Answer>
class AnswerOnce {
  public:
    using AnyReply = std::move_only_function<void(Outcome<Answer>)>;

    explicit AnswerOnce(AnyReply reply) : reply_(std::move(reply)) {}
    AnswerOnce(AnswerOnce&& other) noexcept : reply_(std::exchange(other.reply_, nullptr)) {}
    AnswerOnce& operator=(AnswerOnce&&) = delete;
    ~AnswerOnce() {
        if (reply_) reply_(std::unexpected(internal_failure()));
    }
    /// A second answer is ignored.
    void operator()(Outcome<Answer> answer) {
        if (auto reply = std::exchange(reply_, nullptr)) reply(std::move(answer));
    }

  private:
    AnyReply reply_;
};

/// The operations that this process offers. Filled at start; afterwards read from any thread, run on the home
/// executor of the services.
class Registry {
  public:
    template <class Op>
    using Handler = std::move_only_function<void(const RequestContext&, typename Op::Input, Reply<Op>)>;

    template <class Op>
    using StreamHandler =
        std::move_only_function<void(const RequestContext&, typename Op::Input, StreamReply)>;

    template <class Op>
    using BodyHandler =
        std::move_only_function<void(const RequestContext&, typename Op::Input, BodyReply<Op>)>;

    /// One of the three functions is there. The input is of model->input's type, decoded and validated.
    struct Operation {
        const OperationModel* model;
        std::move_only_function<void(const RequestContext&, void* input, AnyReply)> run;
        std::move_only_function<void(const RequestContext&, void* input, StreamReply)> run_stream;
        std::move_only_function<void(const RequestContext&, void* input, AnswerOnce<AnyBody>)> run_body;
    };

    /// An operation is added once.
    template <class Op>
    void add(Handler<Op> handler);
    /// The state outlives the registry.
    template <class Op, class State>
    void add(State& state, OperationOn<State, Op>& operation) {
        add<Op>(
            [&state, &operation](const RequestContext& context, typename Op::Input input, Reply<Op> reply) {
                operation(state, context, std::move(input), std::move(reply));
            });
    }
    /// An operation that answers with an event stream.
    template <class Op>
    void add_stream(StreamHandler<Op> handler);
    /// An operation whose output has a body that comes piece by piece.
    template <class Op>
    void add_body(BodyHandler<Op> handler);

    /// Runs an operation within this process, without protocol and validation. Not registered, or answering
    /// with a stream: UnknownOperation.
    template <class Op>
    void invoke(const RequestContext& context, typename Op::Input input, Reply<Op> reply);

    /// nullptr when nobody offers it.
    [[nodiscard]] Operation* find(const OperationModel& model);
    /// By "PutRecord" or, where two services have one of that name, "kinesis.PutRecord".
    [[nodiscard]] Operation* find(std::string_view name);

    /// The services of which at least one operation is offered, by the name of their model.
    [[nodiscard]] const std::map<std::string_view, const ServiceModel*>& services() const {
        return services_;
    }

    /// Says that a service is there, before or without any of its operations.
    void add_service(const ServiceModel& service) { services_.emplace(service.name, &service); }

  private:
    void add_operation(Operation operation);

    std::map<const OperationModel*, std::unique_ptr<Operation>> operations_;
    std::map<std::string_view, const ServiceModel*> services_;
};

template <class Op>
void Registry::add(Handler<Op> handler) {
    using Input = typename Op::Input;
    using Output = typename Op::Output;
    auto run = [handler = std::move(handler)](const RequestContext& context, void* input,
                                              AnyReply reply) mutable {
        handler(context, std::move(*static_cast<Input*>(input)),
                [answer = AnswerOnce<const void*>(std::move(reply))](Outcome<Output> outcome) mutable {
                    if (outcome) {
                        answer(&*outcome);
                    } else {
                        answer(std::unexpected(std::move(outcome.error())));
                    }
                });
    };
    add_operation({.model = &Op::model(), .run = std::move(run), .run_stream = nullptr, .run_body = nullptr});
}

template <class Op>
void Registry::add_stream(StreamHandler<Op> handler) {
    auto run = [handler = std::move(handler)](const RequestContext& context, void* input,
                                              StreamReply reply) mutable {
        handler(context, std::move(*static_cast<typename Op::Input*>(input)),
                AnswerOnce<StreamAnswer>(std::move(reply)));
    };
    add_operation({.model = &Op::model(), .run = nullptr, .run_stream = std::move(run), .run_body = nullptr});
}

template <class Op>
void Registry::add_body(BodyHandler<Op> handler) {
    auto run = [handler = std::move(handler)](const RequestContext& context, void* input,
                                              AnswerOnce<AnyBody> reply) mutable {
        handler(context, std::move(*static_cast<typename Op::Input*>(input)),
                [answer = std::move(reply)](Outcome<WithBody<Op>> outcome) mutable {
                    if (outcome) {
                        answer(AnyBody{&outcome->output, std::move(outcome->stream), outcome->length,
                                       outcome->status});
                    } else {
                        answer(std::unexpected(std::move(outcome.error())));
                    }
                });
    };
    add_operation({.model = &Op::model(), .run = nullptr, .run_stream = nullptr, .run_body = std::move(run)});
}

template <class Op>
void Registry::invoke(const RequestContext& context, typename Op::Input input, Reply<Op> reply) {
    Operation* operation = find(Op::model());
    if (operation == nullptr || !operation->run)
        return reply(std::unexpected(unknown_operation(Op::model().name)));
    using Output = typename Op::Output;
    operation->run(context, &input, [reply = std::move(reply)](Outcome<const void*> answer) mutable {
        if (answer) {
            reply(*static_cast<const Output*>(*answer));
        } else {
            reply(std::unexpected(std::move(answer.error())));
        }
    });
}

}  // namespace millrace::aws
