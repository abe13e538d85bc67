#include "cli/stack.h"

#include <algorithm>
#include <thread>

#include "cli/failure_cause.h"
#include "cli/suggest.h"

namespace millrace::cli {
namespace {

using codec::Json;
using codec::JsonArray;
using codec::JsonObject;

constexpr Milliseconds kPollMin{20};
constexpr Milliseconds kPollMax{300};

/// XML does not tell an empty list from an empty text.
void restore_empty_lists(Json& stack) {
    for (const char* name : {"Capabilities", "NotificationARNs", "Outputs", "Parameters", "Tags"}) {
        Json* value = stack.is_object() ? stack.get_object().if_contains(name) : nullptr;
        if (value && value->is_string()) *value = JsonArray();
    }
}

}  // namespace

Answer<Json> describe_stack(Api& api, std::string_view name_or_id) {
    const auto answer = api.cloudformation("DescribeStacks", {{"StackName", std::string(name_or_id)}});
    if (!answer) return std::unexpected(answer.error());
    const JsonArray& stacks = list_at(*answer, "Stacks");
    if (stacks.empty())
        return std::unexpected(ApiError{.code = {}, .message = "the server's answer names no stack"});
    Json stack = stacks.front();
    restore_empty_lists(stack);
    return stack;
}

Answer<JsonArray> list_stacks(Api& api) {
    JsonArray stacks;
    std::string token;
    do {
        codec::Form input;
        if (!token.empty()) input.emplace_back("NextToken", token);
        const auto answer = api.cloudformation("ListStacks", std::move(input));
        if (!answer) return std::unexpected(answer.error());
        for (const Json& stack : list_at(*answer, "StackSummaries")) {
            if (text_at(stack, "StackStatus") != "DELETE_COMPLETE") stacks.push_back(stack);
        }
        token = text_at(*answer, "NextToken");
    } while (!token.empty());
    return stacks;
}

bool is_missing_stack(const ApiError& error) {
    return error.code == "ValidationError" && error.message.find("does not exist") != std::string::npos;
}

Answer<Json> find_stack(Api& api, const std::string& name_or_id) {
    auto stack = describe_stack(api, name_or_id);
    if (stack || !is_missing_stack(stack.error())) return stack;
    std::vector<std::string> names;
    if (const auto stacks = list_stacks(api)) {
        for (const Json& known : *stacks) names.push_back(text_at(known, "StackName"));
    }
    const std::string near = nearest(name_or_id, names);
    stack.error().message =
        "there is no stack " + name_or_id +
        (near.empty() ? "; \"millrace status\" lists those there are" : "; did you mean " + near + "?");
    return stack;
}

Answer<JsonArray> list_resources(Api& api, std::string_view name_or_id) {
    JsonArray resources;
    std::string token;
    do {
        codec::Form input{{"StackName", std::string(name_or_id)}};
        if (!token.empty()) input.emplace_back("NextToken", token);
        const auto answer = api.cloudformation("ListStackResources", std::move(input));
        if (!answer) return std::unexpected(answer.error());
        for (const Json& resource : list_at(*answer, "StackResourceSummaries")) resources.push_back(resource);
        token = text_at(*answer, "NextToken");
    } while (!token.empty());
    return resources;
}

Answer<void> visit_events(Api& api, std::string_view name_or_id,
                          const std::function<bool(const Json& event)>& visit) {
    std::string token;
    do {
        codec::Form input{{"StackName", std::string(name_or_id)}};
        if (!token.empty()) input.emplace_back("NextToken", token);
        const auto answer = api.cloudformation("DescribeStackEvents", std::move(input));
        if (!answer) return std::unexpected(answer.error());
        for (const Json& event : list_at(*answer, "StackEvents")) {
            if (!visit(event)) return {};
        }
        token = text_at(*answer, "NextToken");
    } while (!token.empty());
    return {};
}

Answer<StackWatch> StackWatch::from_now(Api& api, std::string_view name_or_id) {
    StackWatch watch(api);
    if (auto skipped = watch.events_.skip(name_or_id); !skipped) return std::unexpected(skipped.error());
    return watch;
}

/// Whether there was anything to tell.
Answer<bool> StackWatch::tell_new(std::string_view stack_id, DeploymentProgress* progress) {
    bool any = false;
    const auto tell = [&](const StackPath& path, const Json& event) {
        any = true;
        if (path.empty() && first_failure_.empty() && is_failure(event)) {
            first_failure_ = failure_cause(*api_, event);
            if (progress) progress->blame(first_failure_);
        }
        const std::string reason = text_at(event, "ResourceStatusReason");
        const bool own = path.empty() && is_of_stack_itself(event);
        if (own && stack_reason_.empty() && reason != "User Initiated") stack_reason_ = reason;
        if (progress) progress->tell(path, event);
    };
    const auto told = progress ? events_.read(stack_id, tell) : events_.read_shallow(stack_id, tell);
    if (!told) return std::unexpected(told.error());
    if (progress) progress->pause();
    return any;
}

Answer<Json> StackWatch::follow(std::string_view stack_id, DeploymentProgress* progress) {
    for (Milliseconds delay = kPollMin;;) {
        // The status first: when it is final, so are the events read after it.
        auto stack = describe_stack(*api_, stack_id);
        if (!stack) return stack;
        const auto news = tell_new(stack_id, progress);
        if (!news) return std::unexpected(news.error());
        if (is_final(text_at(*stack, "StackStatus"))) return stack;
        delay = *news ? kPollMin : std::min(delay * 2, kPollMax);
        std::this_thread::sleep_for(delay);
    }
}

}  // namespace millrace::cli
