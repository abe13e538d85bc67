#include "services/cloudformation/callbacks/wait_conditions.h"

#include <algorithm>
#include <fmt/format.h>
#include <optional>

#include "base/number.h"
#include "codec/json.h"
#include "ports/property_types.h"
#include "services/cloudformation/template/names.h"

namespace millrace::cloudformation {

namespace {

namespace json = boost::json;

constexpr std::string_view kPrefix = "cloudformation/wait-handles/";
constexpr std::string_view kHandle = "AWS::CloudFormation::WaitConditionHandle";
constexpr std::string_view kCondition = "AWS::CloudFormation::WaitCondition";
constexpr int kTimeoutSecondsMax = 43'200;

std::unexpected<ports::ResourceFailure> failure(std::string reason) {
    return std::unexpected(ports::ResourceFailure({"", std::move(reason)}));
}

std::string text_of(const json::object& properties, std::string_view name) {
    const json::value* value = properties.if_contains(name);
    return value == nullptr ? std::string() : scalar_text(*value).value_or("");
}

std::optional<int> number_of(const json::object& properties, std::string_view name, int max) {
    const auto number = parse_number<int>(text_of(properties, name));
    return number && *number >= 1 && *number <= max ? number : std::nullopt;
}

}  // namespace

Result<> WaitConditions::load() {
    for (const auto& [key, value] : d_.catalog.list(kPrefix)) {
        auto handle = read_wait_handle(value);
        if (!handle) return fail(ErrorCode::kCorruption, fmt::format("{} ({})", handle.error().message, key));
        std::string id = handle->id;
        handles_.emplace(std::move(id), std::move(*handle));
    }
    return {};
}

void WaitConditions::clear() {
    for (const Condition& condition : conditions_) d_.home.cancel(condition.timer);
    conditions_.clear();
    handles_.clear();
    alive_ = std::make_shared<char>();
}

std::vector<ports::ResourceTypeModel> WaitConditions::resource_types() const {
    using enum ports::PropertyModel::Update;
    return {{std::string(kHandle), {}, {}},
            ports::with_types(
                {std::string(kCondition),
                 {{"Count", false, kInPlace}, {"Handle", true, kInPlace}, {"Timeout", true, kInPlace}},
                 {"Data"}},
                "Count:integer Handle Timeout")};
}

void WaitConditions::create(ports::ResourceRequest request, ports::ResourceDone done) {
    request.type == kHandle ? create_handle(request, std::move(done))
                            : create_condition(request, std::move(done));
}

void WaitConditions::update(ports::ResourceRequest request, std::string, json::object,
                            ports::ResourceDone done) {
    ports::ResourceFailure refused(
        {"", fmt::format("Update to resource type {} is not supported.", request.type)});
    refused.untouched = true;
    done(std::unexpected(std::move(refused)));
}

void WaitConditions::create_handle(const ports::ResourceRequest& request, ports::ResourceDone done) {
    const auto known = std::ranges::find(handles_, request.generated_name,
                                         [](const auto& entry) { return entry.second.owner; });
    if (known != handles_.end()) return done(ports::Resource{url_of(known->first), {}});
    WaitHandle handle{make_uuid(d_.random), request.generated_name, request.stack_id, {}};
    write(handle, [this, handle, done = std::move(done)](Result<> kept) mutable {
        if (!kept) return done(std::unexpected(aws::to_service_error(kept.error())));
        const std::string id = handle.id;
        handles_.insert_or_assign(id, std::move(handle));
        done(ports::Resource{url_of(id), {}});
    });
}

void WaitConditions::create_condition(const ports::ResourceRequest& request, ports::ResourceDone done) {
    const WaitHandle* handle = find(text_of(request.properties, "Handle"));
    if (handle == nullptr)
        return done(failure("Handle must be the Ref of an AWS::CloudFormation::WaitConditionHandle"));
    const auto timeout = number_of(request.properties, "Timeout", kTimeoutSecondsMax);
    if (!timeout) {
        return done(
            failure(fmt::format("Timeout must be a number of seconds between 1 and {}", kTimeoutSecondsMax)));
    }
    const auto count = request.properties.contains("Count")
                           ? number_of(request.properties, "Count", static_cast<int>(kSignalsPerHandleMax))
                           : std::optional(1);
    if (!count)
        return done(failure(fmt::format("Count must be a number between 1 and {}", kSignalsPerHandleMax)));

    conditions_.push_back({handle->id,
                           fmt::format("{}/{}", request.stack_id, request.logical_id),
                           static_cast<std::size_t>(*count),
                           std::move(done),
                           {}});
    const auto condition = std::prev(conditions_.end());
    const auto left = request.begun + Seconds{*timeout} - d_.clock.now();
    condition->timer = d_.home.run_at(d_.clock.monotonic() + std::max<Milliseconds>(left, Milliseconds{0}),
                                      [this, condition, alive = std::weak_ptr(alive_)] {
                                          if (!alive.expired()) timed_out(condition);
                                      });
    look(condition);
}

void WaitConditions::look(Conditions::iterator condition) {
    json::object data;
    for (const auto& [id, signal] : handles_.find(condition->handle)->second.signals) {
        if (!signal.success) {
            return conclude(
                condition, failure(fmt::format("WaitCondition received failed message: '{}' for uniqueId: {}",
                                               signal.reason, id)));
        }
        data[id] = signal.data;
    }
    if (data.size() < condition->count) return;
    conclude(condition, ports::Resource{condition->physical_id, {{"Data", codec::to_json(data)}}});
}

void WaitConditions::timed_out(Conditions::iterator condition) {
    const auto handle = handles_.find(condition->handle);
    const std::size_t got = handle == handles_.end() ? 0 : handle->second.signals.size();
    conclude(condition,
             failure(fmt::format("WaitCondition timed out. Received {} conditions when expecting {}", got,
                                 condition->count)));
}

void WaitConditions::conclude(Conditions::iterator condition,
                              std::expected<ports::Resource, ports::ResourceFailure> end) {
    d_.home.cancel(condition->timer);
    ports::ResourceDone done = std::move(condition->done);
    conditions_.erase(condition);
    done(std::move(end));
}

void WaitConditions::signal(const std::string& id, const std::string& body,
                            std::move_only_function<void(Result<>)> done) {
    const auto found = handles_.find(id);
    if (found == handles_.end()) return done(fail(ErrorCode::kNotFound, "there is no such handle"));
    auto signal = read_wait_signal(body);
    if (!signal) return done(std::unexpected(signal.error()));
    WaitHandle& handle = found->second;
    if (handle.signals.size() >= kSignalsPerHandleMax && !handle.signals.contains(signal->unique_id)) {
        return done(fail(ErrorCode::kResourceExhausted,
                         fmt::format("{} have signalled already", kSignalsPerHandleMax)));
    }
    // Counted at once, so that two signals at a time are written together; looked at when it is durable.
    std::string unique_id = signal->unique_id;
    handle.signals.emplace(std::move(unique_id), std::move(*signal));
    write(handle, [this, id, done = std::move(done)](Result<> kept) mutable {
        done(kept);
        if (!kept) return;
        for (auto condition = conditions_.begin(); condition != conditions_.end();) {
            const auto current = condition++;
            if (current->handle == id && handles_.contains(id)) look(current);
        }
    });
}

void WaitConditions::remove(ports::ResourceRequest request, std::string, ports::ResourceRemoved done) {
    // A condition that nobody waits for any more goes with its timer.
    std::erase_if(conditions_, [&](const Condition& condition) {
        if (condition.physical_id != fmt::format("{}/{}", request.stack_id, request.logical_id)) return false;
        d_.home.cancel(condition.timer);
        return true;
    });
    const auto found = std::ranges::find(handles_, request.generated_name,
                                         [](const auto& entry) { return entry.second.owner; });
    if (request.type != kHandle || found == handles_.end()) return done({});
    storage::CatalogChange change;
    change.erases.push_back(fmt::format("{}{}", kPrefix, found->first));
    handles_.erase(found);
    d_.catalog.commit(std::move(change),
                      [alive = std::weak_ptr(alive_), done = std::move(done)](Result<> kept) mutable {
                          if (alive.expired()) return;
                          if (!kept) return done(std::unexpected(aws::to_service_error(kept.error())));
                          done({});
                      });
}

std::string WaitConditions::url_of(const std::string& id) const {
    return fmt::format("{}{}{}", d_.callback_url, kWaitHandlePath, id);
}

WaitHandle* WaitConditions::find(std::string_view url) {
    const auto slash = url.rfind('/');
    if (slash == std::string_view::npos || !url.substr(0, slash + 1).ends_with(kWaitHandlePath))
        return nullptr;
    const auto found = handles_.find(url.substr(slash + 1));
    return found == handles_.end() ? nullptr : &found->second;
}

void WaitConditions::write(const WaitHandle& handle, storage::Done done) {
    storage::CatalogChange change;
    change.puts.emplace_back(fmt::format("{}{}", kPrefix, handle.id), write_wait_handle(handle));
    d_.catalog.commit(std::move(change),
                      [alive = std::weak_ptr(alive_), done = std::move(done)](Result<> kept) mutable {
                          if (!alive.expired()) done(std::move(kept));
                      });
}

}  // namespace millrace::cloudformation
