#include "aws/faults/faults.h"

#include <algorithm>
#include <array>
#include <fmt/format.h>
#include <utility>

#include "aws/faults/fault_error.h"

namespace millrace::aws {
namespace {

/// Members that name the resource of a call, by a name, an ARN or a URL that ends with the name.
constexpr std::array<std::string_view, 8> kNameMembers{"StreamName",   "StreamARN", "ConsumerARN",
                                                       "ResourceARN",  "QueueUrl",  "QueueName",
                                                       "FunctionName", "Resource"};

/// The part of the text between the mark and the end sign.
std::string_view part_after(std::string_view text, std::string_view mark, char end) {
    const std::size_t at = text.find(mark);
    if (at == std::string_view::npos) return {};
    text.remove_prefix(at + mark.size());
    return text.substr(0, text.find(end));
}

std::string_view name_in(std::string_view text) {
    if (const auto stream = part_after(text, ":stream/", '/'); !stream.empty()) return stream;
    if (const auto function = part_after(text, ":function:", ':'); !function.empty()) return function;
    if (text.contains("://")) return text.substr(text.rfind('/') + 1);
    return text.substr(0, text.find(':'));  // "function:qualifier"
}

bool counts_further(const ActiveFault& fault) {
    return fault.rule.times == 0 || fault.struck < fault.rule.times;
}

/// Counts one call or entry.
bool strike(ActiveFault& fault) {
    const std::uint64_t n = ++fault.calls;
    if (n <= fault.rule.after || !counts_further(fault) || !strikes(fault.rule, n)) return false;
    ++fault.struck;
    return true;
}

}  // namespace

void Faults::add_batch(std::unique_ptr<BatchEntries> batch) {
    const OperationModel* model = &batch->model();
    batches_.emplace(model, std::move(batch));
}

const BatchEntries* Faults::batch_of(const OperationModel& operation) const {
    const auto found = batches_.find(&operation);
    return found == batches_.end() ? nullptr : found->second.get();
}

Result<> Faults::check(const FaultRule& rule) const {
    const auto wrong = [&](std::string_view what) {
        return fail(ErrorCode::kInvalidArgument, fmt::format("the fault \"{}\" {}", to_string(rule), what));
    };
    const auto& services = registry_.services();
    const auto service = services.find(rule.service);
    if (service == services.end()) {
        std::string known;
        for (const auto& [name, model] : services) known += (known.empty() ? "" : ", ") + std::string(name);
        return wrong(fmt::format("names no service that is here: {}", known));
    }
    const auto batch = [&](const auto& entry) { return entry.first->service == service->second; };
    if (rule.operation.empty()) {
        if (rule.by_entry()) return wrong("is by entry and must name an operation, like PutRecords");
        return {};
    }
    const auto operations = service->second->operations;
    const auto found = std::ranges::find(operations, rule.operation, &OperationModel::name);
    if (found == operations.end())
        return wrong(fmt::format("names no operation of {} that Millrace offers", rule.service));
    if (rule.by_entry() && batch_of(**found) == nullptr) {
        std::string known;
        for (const auto& entry : batches_) {
            if (batch(entry)) known += (known.empty() ? "" : ", ") + std::string(entry.first->name);
        }
        return wrong(known.empty() ? "is by entry, and the service has no such operation"
                                   : fmt::format("is by entry, which only these have: {}", known));
    }
    return {};
}

Result<> Faults::add(const std::vector<FaultRule>& rules) {
    if (active_.size() + rules.size() > kFaultsMax) {
        return fail(ErrorCode::kInvalidArgument, fmt::format("at most {} faults at a time", kFaultsMax));
    }
    for (const FaultRule& rule : rules) {
        if (auto checked = check(rule); !checked) return checked;
    }
    for (const FaultRule& rule : rules) active_.push_back({.rule = rule});
    return {};
}

Result<> Faults::replace(const std::vector<FaultRule>& rules) {
    auto before = std::exchange(active_, {});
    auto added = add(rules);
    if (!added) active_ = std::move(before);
    return added;
}

std::string Faults::resource_of(const OperationModel& operation, const void* input) const {
    if (input == nullptr || operation.input == nullptr) return {};
    for (const Member& member : operation.input->members) {
        const auto special = names_.find(member.name);
        const bool plain = std::ranges::find(kNameMembers, member.name) != kNameMembers.end();
        if (member.shape->kind != Kind::kString || (!plain && special == names_.end())) continue;
        const void* value = member.get(input);
        if (value == nullptr) continue;
        const auto& text = *static_cast<const std::string*>(value);
        std::string name = special == names_.end() ? std::string(name_in(text)) : special->second(text);
        if (!name.empty()) return name;
    }
    return {};
}

Verdict Faults::decide(const OperationModel& operation, const RequestContext& context, const void* input) {
    Verdict verdict{.resource = resource_of(operation, input)};
    const BatchEntries* batch = input == nullptr ? nullptr : batch_of(operation);
    for (ActiveFault& fault : active_) {
        const FaultRule& rule = fault.rule;
        if (rule.service != operation.service->name) continue;
        if (!rule.operation.empty() && rule.operation != operation.name) continue;
        if (!rule.resource.empty() && rule.resource != verdict.resource) continue;
        if (rule.by_entry()) {
            decide_entries(fault, context, *batch, input, verdict);
        } else if (strike(fault)) {
            if (rule.effect == FaultEffect::kDelay) {
                verdict.delay += rule.delay;
            } else if (!verdict.effect) {
                verdict.effect = rule.effect;
            }
        }
    }
    return verdict;
}

void Faults::decide_entries(ActiveFault& fault, const RequestContext& context, const BatchEntries& batch,
                            const void* input, Verdict& verdict) const {
    const std::size_t count = batch.count(input);
    for (std::size_t i = 0; i < count; ++i) {
        if (!strike(fault)) continue;
        verdict.batch = &batch;
        verdict.entries.resize(count);
        if (!verdict.entries[i])
            verdict.entries[i] = fault_error(fault.rule.effect, batch.model(), context, verdict.resource);
    }
}

}  // namespace millrace::aws
