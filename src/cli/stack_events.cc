#include "cli/stack_events.h"

#include <algorithm>

#include "cli/stack.h"

namespace millrace::cli {

using codec::Json;
using codec::JsonArray;

struct StackEvents::Nested {
    std::string id;
    StackEvents events;
    bool at_work = true;  ///< as its parent has it

    /// A nested stack that cannot be read, such as one deleted long ago, is told by its parent's events
    /// alone.
    void read(const Tell& tell) { static_cast<void>(events.read(id, tell)); }
};

bool is_of_stack_itself(const Json& event) {
    return text_at(event, "PhysicalResourceId") == text_at(event, "StackId");
}

bool is_final(std::string_view status) {
    return !status.ends_with("_IN_PROGRESS");
}

Answer<void> StackEvents::skip(std::string_view stack_id) {
    return visit_events(*api_, stack_id, [&](const Json& event) {
        newest_ = text_at(event, "EventId");
        return false;
    });
}

/// Oldest first.
Answer<JsonArray> StackEvents::take_new(std::string_view stack_id) {
    JsonArray fresh;
    const auto read = visit_events(*api_, stack_id, [&](const Json& event) {
        const bool old = text_at(event, "EventId") == newest_ || text_at(event, "Timestamp") < since_;
        if (!old) fresh.push_back(event);
        return !old;
    });
    if (!read) return std::unexpected(read.error());
    if (!fresh.empty()) newest_ = text_at(fresh.front(), "EventId");
    std::reverse(fresh.begin(), fresh.end());
    return fresh;
}

/// The nested stack that the event tells of, if it tells of one that is there.
StackEvents::Nested* StackEvents::nested_of(const Json& event) {
    if (text_at(event, "ResourceType") != "AWS::CloudFormation::Stack") return nullptr;
    const std::string name = text_at(event, "LogicalResourceId");
    const std::string id = text_at(event, "PhysicalResourceId");
    const std::string status = text_at(event, "ResourceStatus");
    std::shared_ptr<Nested>& nested = nested_[name];
    // A creation that was given up may be told by the stack's name.
    if (id.starts_with("arn:") && (!nested || nested->id != id)) {
        StackPath path = path_;
        path.push_back(name);
        const std::string since = status.starts_with("CREATE_") ? std::string() : text_at(event, "Timestamp");
        nested = std::make_shared<Nested>(Nested{id, StackEvents(*api_, std::move(path), since)});
    }
    if (nested) nested->at_work = !is_final(status);
    return nested.get();
}

Answer<void> StackEvents::read(std::string_view stack_id, const Tell& tell) {
    const auto events = take_new(stack_id);
    if (!events) return std::unexpected(events.error());
    for (const Json& event : *events) {
        const bool itself = is_of_stack_itself(event);
        const bool final = is_final(text_at(event, "ResourceStatus"));
        if (itself) at_work_ = !final;
        Nested* nested = itself ? nullptr : nested_of(event);
        if (nested && final) nested->read(tell);
        // Of a nested stack itself its parent tells.
        if (!itself || path_.empty()) tell(path_, event);
    }
    for (const auto& [name, nested] : nested_) {
        if (nested && (nested->at_work || nested->events.at_work_)) nested->read(tell);
    }
    return {};
}

Answer<void> StackEvents::read_shallow(std::string_view stack_id, const Tell& tell) {
    const auto events = take_new(stack_id);
    if (!events) return std::unexpected(events.error());
    for (const Json& event : *events) tell(path_, event);
    return {};
}

}  // namespace millrace::cli
