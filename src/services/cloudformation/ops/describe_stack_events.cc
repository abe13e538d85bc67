#include "services/cloudformation/errors.h"
#include "services/cloudformation/ops/description.h"
#include "services/cloudformation/ops/operations.h"
#include "services/cloudformation/page.h"

namespace millrace::cloudformation {

namespace {

api::cloudformation::StackEvent describe(const StackHeader& header, const StackEvent& event) {
    api::cloudformation::StackEvent shown;
    shown.stack_id = header.id;
    shown.event_id = event.id;
    shown.stack_name = header.name;
    shown.logical_resource_id = event.logical_id;
    shown.physical_resource_id = event.physical_id;
    shown.resource_type = event.type;
    shown.timestamp = event.time;
    shown.resource_status = event.status;
    shown.resource_status_reason = unless_empty(event.reason);
    shown.resource_properties = unless_empty(event.properties);
    shown.client_request_token = unless_empty(event.token);
    return shown;
}

}  // namespace

aws::Outcome<api::cloudformation::DescribeStackEventsOutput> describe_stack_events(
    const Stacks& stacks, const aws::RequestContext& context,
    const api::cloudformation::DescribeStackEventsInput& input) {
    const Stack* stack = stacks.find(context.scope, input.stack_name);
    if (stack == nullptr) {
        return std::unexpected(stack_does_not_exist(input.stack_name));
    }
    std::vector<const StackEvent*> newest_first;
    for (auto event = stack->events.rbegin(); event != stack->events.rend(); ++event) {
        newest_first.push_back(&*event);
    }
    auto page = take_page(newest_first, input.next_token, [](const StackEvent* event) { return event->id; });
    if (!page) return std::unexpected(page.error());
    api::cloudformation::DescribeStackEventsOutput output;
    output.stack_events.emplace();
    for (const StackEvent* event : page->items)
        output.stack_events->push_back(describe(stack->header, *event));
    output.next_token = page->next_token;
    return output;
}

}  // namespace millrace::cloudformation
