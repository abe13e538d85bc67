#include "services/cloudformation/deployment/phase.h"

#include <algorithm>
#include <fmt/format.h>
#include <fmt/ranges.h>
#include <ranges>

#include "base/log.h"
#include "codec/json.h"
#include "services/cloudformation/state/hidden_values.h"

namespace millrace::cloudformation {

namespace {

/// What events show of a resource's properties at most.
constexpr std::size_t kEventPropertiesBytesMax = 16_KiB;

/// The properties as JSON, with the values that NoEcho hides made unreadable.
std::string shown_properties(const Stack& stack, const StackChange& change, const StackResource& resource) {
    std::string text = codec::to_json(resource.properties);
    if (text.size() > kEventPropertiesBytesMax) return {};
    text = hide_values(std::move(text), stack);
    for (const auto& [logical_id, changed] : change.resources) {
        if (changed) text = hide_values(std::move(text), *changed);
    }
    return text;
}

}  // namespace

std::string describe(const PhaseFailures& failures) {
    std::string text = failures.reason.empty() ? std::string() : failures.reason + " ";
    const auto add = [&](const std::vector<std::string>& ids, std::string_view verb) {
        if (ids.empty()) return;
        std::vector<std::string> sorted = ids;
        std::ranges::sort(sorted);
        text += fmt::format("The following resource(s) failed to {}: [{}]. ", verb, fmt::join(sorted, ", "));
    };
    add(failures.created, "create");
    add(failures.updated, "update");
    add(failures.removed, "delete");
    return text;
}

void Phase::start(StackChange first, Done done) {
    done_ = std::move(done);
    advance({std::move(first), {}});
}

void Phase::advance(Step step) {
    for (auto ready = wave_.take_ready(); !ready.empty(); ready = wave_.take_ready()) {
        for (const std::string& name : ready) begin(name, step);
    }
    const bool last = wave_.idle();
    context_.store.commit(
        uuid_, std::move(step.change),
        when_answered<Result<>>([this, last, calls = std::move(step.calls)](Result<> kept) mutable {
            if (!kept) {
                log(LogLevel::kError, "a stack operation stopped: its state cannot be written",
                    {{"stack", stack().header.id}, {"reason", kept.error().message}});
                return;
            }
            for (Task& call : calls) call();
            if (last) done_();
        }));
}

void Phase::record(Step& step, StackResource& resource, ResourceStatus status, std::string reason) {
    resource.status = status;
    resource.reason = std::move(reason);
    resource.updated =
        in_progress(status) ? next_time(resource) : std::max(context_.clock.now(), resource.updated);
    step.change.resources[resource.logical_id] = resource;
    tell(step, resource);
}

bool Phase::was_told(const StackResource& resource) const {
    for (const StackEvent& event : stack().events | std::views::reverse) {
        if (event.physical_id == stack().header.id) return false;  // with it the phase began
        if (event.logical_id == resource.logical_id && event.physical_id == resource.physical_id)
            return event.status == to_string(resource.status) && event.reason == resource.reason;
    }
    return false;
}

WallTime Phase::next_time(const StackResource& resource) const {
    return std::max(context_.clock.now(), resource.updated + Milliseconds{1});
}

void Phase::tell(Step& step, const StackResource& resource) {
    if (in_progress(resource.status) && was_told(resource)) return;
    const StackHeader& header = stack().header;
    StackEvent event = resource_event(header, resource, context_.clock.now());
    const bool cleans_up = header.status == StackStatus::kUpdateCompleteCleanupInProgress ||
                           header.status == StackStatus::kUpdateRollbackCompleteCleanupInProgress;
    if (!cleans_up) event.properties = shown_properties(stack(), step.change, resource);
    step.change.events.push_back(std::move(event));
}

ports::ResourceRequest request_for(const DeploymentContext& context, const StackHeader& header,
                                   const StackResource& resource) {
    ports::ResourceRequest request;
    request.context.scope = header.scope;
    request.context.access_key = header.scope.account;
    request.context.request_id = make_uuid(context.random);
    request.context.base_url = header.base_url;
    request.context.received = context.clock.now();
    request.type = resource.type;
    request.logical_id = resource.logical_id;
    request.stack_name = header.name;
    request.stack_id = header.id;
    request.generated_name = resource.generated_name;
    request.properties = resource.properties;
    request.begun = resource.updated;
    return request;
}

std::optional<StackResource> find_unheard(const DeploymentContext& context, const StackHeader& header,
                                          StackResource resource) {
    const ports::ResourceProvider* provider = context.providers.find(resource.type);
    if (provider == nullptr) return std::nullopt;
    auto request = request_for(context, header, resource);
    request.begun = header.updated.value_or(header.created);
    resource.physical_id = provider->find_unanswered(request);
    return resource.physical_id.empty() ? std::nullopt : std::optional(std::move(resource));
}

std::string Phase::make_physical_name(const std::string& logical_id) {
    constexpr std::size_t kNameMax = 64;  // the shortest limit among the services
    constexpr std::size_t kRandomCharacters = 12;
    constexpr std::size_t kLogicalIdKept = 24;
    constexpr std::string_view kAlphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789";
    std::string random(kRandomCharacters, ' ');
    for (char& c : random) c = kAlphabet[context_.random.next() % kAlphabet.size()];

    std::string stack_name = stack().header.name;
    std::string logical = logical_id;
    constexpr std::size_t kRoom = kNameMax - kRandomCharacters - 2;
    if (stack_name.size() + logical.size() > kRoom) {
        logical.resize(
            std::min(logical.size(), std::max(kLogicalIdKept, kRoom - std::min(kRoom, stack_name.size()))));
        stack_name.resize(std::min(stack_name.size(), kRoom - logical.size()));
    }
    return fmt::format("{}-{}-{}", stack_name, logical, random);
}

namespace {

/// The word for a service's error in AWS's contract of resource handlers.
std::string_view handler_error_code(const aws::ServiceError& error) {
    struct Word {
        std::string_view part;  ///< of the service's own
        std::string_view word;
    };
    static constexpr Word kWords[] = {
        {"Already", "AlreadyExists"},
        {"QueueNameExists", "AlreadyExists"},
        {"ResourceConflict", "AlreadyExists"},
        {"ResourceInUse", "ResourceConflict"},
        {"NotFound", "NotFound"},
        {"NoSuch", "NotFound"},
        {"DoesNotExist", "NotFound"},
        {"LimitExceeded", "ServiceLimitExceeded"},
        {"Throttl", "Throttling"},
        {"TooManyRequests", "Throttling"},
        {"AccessDenied", "AccessDenied"},
        {"Invalid", "InvalidRequest"},
        {"Validation", "InvalidRequest"},
        {"Malformed", "InvalidRequest"},
        {"Missing", "InvalidRequest"},
        {"NotUpdatable", "NotUpdatable"},
    };
    if (!error.sender_fault) return "ServiceInternalError";
    const auto* const found =
        std::ranges::find_if(kWords, [&](const Word& word) { return error.code.contains(word.part); });
    return found == std::end(kWords) ? "GeneralServiceException" : found->word;
}

}  // namespace

std::string handler_message(const aws::ServiceError& error) {
    if (error.code.empty()) return error.message;
    return fmt::format("Resource handler returned message: \"{}\" (HandlerErrorCode: {})", error.message,
                       handler_error_code(error));
}

}  // namespace millrace::cloudformation
