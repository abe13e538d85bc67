#include "services/cloudformation/callbacks/custom_resources.h"

#include <algorithm>
#include <fmt/format.h>

#include "base/log.h"
#include "base/number.h"
#include "codec/json.h"
#include "ports/property_types.h"
#include "services/cloudformation/callbacks/custom_response.h"
#include "services/cloudformation/template/names.h"

namespace millrace::cloudformation {

namespace {

namespace json = boost::json;

constexpr std::string_view kPrefix = "cloudformation/custom-requests/";
constexpr int kServiceTimeoutMax = 3600;

std::unexpected<aws::ServiceError> failure(std::string reason) {
    return std::unexpected(aws::ServiceError{"", std::move(reason)});
}

/// As AWS gives properties to functions: numbers and booleans are texts.
json::value as_texts(const json::value& value) {
    if (value.is_object()) {
        json::object object;
        for (const auto& [name, inner] : value.get_object()) object[name] = as_texts(inner);
        return object;
    }
    if (value.is_array()) {
        json::array array;
        for (const json::value& inner : value.get_array()) array.push_back(as_texts(inner));
        return array;
    }
    auto text = scalar_text(value);
    return text ? json::value(*text) : value;
}

std::string text_of(const json::object& properties, std::string_view name) {
    const json::value* value = properties.if_contains(name);
    return value == nullptr ? std::string() : scalar_text(*value).value_or("");
}

aws::Outcome<Seconds> service_timeout(const json::object& properties) {
    if (!properties.contains("ServiceTimeout")) return Seconds{kServiceTimeoutMax};
    const std::string text = text_of(properties, "ServiceTimeout");
    const auto seconds = parse_number<int>(text);
    if (seconds && *seconds >= 1 && *seconds <= kServiceTimeoutMax) return Seconds{*seconds};
    return failure(
        fmt::format("ServiceTimeout must be a number of seconds between 1 and {}", kServiceTimeoutMax));
}

aws::Outcome<void> check_token(const std::string& token) {
    if (token.starts_with("arn:aws:sns:"))
        return failure(
            "A ServiceToken that is an SNS topic is not offered by Millrace; name a Lambda function.");
    if (!token.starts_with("arn:") || !token.contains(":lambda:")) return failure("Invalid service token.");
    return {};
}

std::string no_response(const std::string& request_id) {
    return fmt::format(
        "CloudFormation did not receive a response from your Custom Resource. Please check your "
        "logs for requestId [{}]. If you are using the Python cfn-response module, you may need "
        "to update your Lambda function code so that CloudFormation can attach the updated "
        "version.",
        request_id);
}

ports::Resource resource_of(const CustomResponse& response) {
    return {response.physical_id, response.data, response.no_echo};
}

/// What the function made of its request, or why it failed, with the id of what it may have left:
/// `known_id`, when it says none itself.
std::expected<CustomResponse, ports::ResourceFailure> response_of(CustomResources::Answer answer,
                                                                  const std::string& known_id,
                                                                  bool must_name = true) {
    if (!answer) return std::unexpected(std::move(answer.error()));
    const auto fail_with = [](std::string reason, std::string left) {
        return std::unexpected(ports::ResourceFailure({"", std::move(reason)}, std::move(left)));
    };
    if (!answer->response) return fail_with(answer->refused, known_id);
    auto response = read_custom_response(*answer->response);
    if (!response) return fail_with(response.error().message, known_id);
    const bool named = !response->physical_id.empty();
    if (!response->success) {
        return fail_with(fmt::format("Received response status [FAILED] from custom resource. Message "
                                     "returned: {} (RequestId: {})",
                                     response->reason, answer->id),
                         named ? response->physical_id : known_id);
    }
    if (!named && must_name) return fail_with("Invalid PhysicalResourceId", known_id);
    return std::move(*response);
}

using Done = std::move_only_function<void(CustomResources::Answer)>;

/// A request that is asked for twice is sent once, and answers both.
Done to_both(Done first, Done second) {
    if (!first) return second;
    return [first = std::move(first), second = std::move(second)](CustomResources::Answer answer) mutable {
        first(answer);
        second(std::move(answer));
    };
}

}  // namespace

struct CustomResources::Call {
    ports::ResourceRequest request;
    std::string_view verb;    ///< "Create"
    std::string physical_id;  ///< empty for a creation
    std::optional<json::object> previous;
};

Result<> CustomResources::load() {
    for (const auto& [key, value] : d_.catalog.list(kPrefix)) {
        auto request = read_custom_request(value);
        if (!request)
            return fail(ErrorCode::kCorruption, fmt::format("{} ({})", request.error().message, key));
        std::string id = request->id;
        waiting_.emplace(std::move(id), Waiting{std::move(*request), {}, {}});
    }
    return {};
}

void CustomResources::keep_only(const std::function<bool(const std::string& stack_id)>& waits) {
    std::vector<std::string> stale;
    for (const auto& [id, waiting] : waiting_) {
        if (!waits(waiting.request.stack_id)) stale.push_back(id);
    }
    for (const std::string& id : stale) erase(id);
}

void CustomResources::clear() {
    for (const auto& [id, waiting] : waiting_) d_.home.cancel(waiting.timer);
    waiting_.clear();
    alive_ = std::make_shared<char>();
}

std::vector<ports::ResourceTypeModel> CustomResources::resource_types() const {
    using enum ports::PropertyModel::Update;
    ports::ResourceTypeModel model;
    model.type = kCustomResource;
    model.properties = {{"ServiceToken", true, kInPlace}, {"ServiceTimeout", false, kInPlace}};
    model.open = true;
    return {ports::with_types(std::move(model), "ServiceToken ServiceTimeout:integer")};
}

void CustomResources::create(ports::ResourceRequest request, ports::ResourceDone done) {
    std::string fallback = request.generated_name;
    ask({std::move(request), "Create", {}, {}},
        [fallback = std::move(fallback), done = std::move(done)](Answer answer) mutable {
            auto response = response_of(std::move(answer), fallback);
            if (!response) return done(std::unexpected(std::move(response.error())));
            done(resource_of(*response));
        });
}

void CustomResources::update(ports::ResourceRequest request, std::string physical_id, json::object previous,
                             ports::ResourceDone done) {
    if (text_of(request.properties, "ServiceToken") != text_of(previous, "ServiceToken")) {
        ports::ResourceFailure refused({"", "Modifying service token is not allowed."});
        refused.untouched = true;
        return done(std::unexpected(std::move(refused)));
    }
    std::string fallback = physical_id;
    ask({std::move(request), "Update", std::move(physical_id), std::move(previous)},
        [fallback = std::move(fallback), done = std::move(done)](Answer answer) mutable {
            auto response = response_of(std::move(answer), fallback);
            if (!response) return done(std::unexpected(std::move(response.error())));
            done(resource_of(*response));
        });
}

void CustomResources::remove(ports::ResourceRequest request, std::string physical_id,
                             ports::ResourceRemoved done) {
    std::string id = physical_id;
    ask({std::move(request), "Delete", std::move(physical_id), {}},
        [id = std::move(id), done = std::move(done)](Answer answer) mutable {
            auto response = response_of(std::move(answer), id, false);
            if (!response) return done(std::unexpected<aws::ServiceError>(std::move(response.error())));
            done({});
        });
}

void CustomResources::ask(Call call, std::move_only_function<void(Answer)> done) {
    const json::object& properties = call.request.properties;
    if (auto checked = check_token(text_of(properties, "ServiceToken")); !checked)
        return done(std::unexpected(std::move(checked.error())));
    const auto timeout = service_timeout(properties);
    if (!timeout) return done(std::unexpected(timeout.error()));

    const ports::ResourceRequest& request = call.request;
    std::string identity = fmt::format("{} {} {} {} {}", request.stack_id, request.logical_id, call.verb,
                                       to_millis(request.begun),
                                       call.physical_id.empty() ? request.generated_name : call.physical_id);
    const auto known = std::ranges::find(waiting_, identity,
                                         [](const auto& entry) { return entry.second.request.identity; });
    const bool repeated = known != waiting_.end();
    const std::string id = repeated ? known->first : request.context.request_id;
    Waiting& waiting = waiting_[id];
    if (!repeated) waiting.request = make_request(call, std::move(identity));
    waiting.done = to_both(std::move(waiting.done), std::move(done));
    if (waiting.request.response || !waiting.request.refused.empty()) return settle(id, waiting.request);
    const auto left = request.begun + *timeout - d_.clock.now();
    waiting.timer = d_.home.run_at(
        d_.clock.monotonic() + std::max<Milliseconds>(left, Milliseconds{0}),
        [this, id, fallback = request.generated_name, alive = std::weak_ptr(alive_)] {
            if (alive.expired()) return;
            settle(id, std::unexpected(ports::ResourceFailure({"", no_response(id)}, fallback)));
        });
    if (repeated) {
        if (!waiting.request.sent) send(id);
        return;
    }
    write(waiting.request, [this, id](Result<> kept) {
        if (kept) return send(id);
        settle(id, std::unexpected(aws::to_service_error(kept.error())));
    });
}

CustomRequest CustomResources::make_request(const Call& call, std::string identity) {
    const ports::ResourceRequest& request = call.request;
    CustomRequest made;
    made.id = request.context.request_id;
    made.identity = std::move(identity);
    made.stack_id = request.stack_id;
    made.scope = request.context.scope;
    made.service_token = text_of(request.properties, "ServiceToken");
    json::object event{{"RequestType", call.verb},
                       {"ServiceToken", made.service_token},
                       {"ResponseURL", fmt::format("{}{}{}", d_.callback_url, kCustomResponsePath, made.id)},
                       {"StackId", request.stack_id},
                       {"RequestId", made.id},
                       {"LogicalResourceId", request.logical_id},
                       {"ResourceType", request.type},
                       {"ResourceProperties", as_texts(request.properties)}};
    if (!call.physical_id.empty()) event["PhysicalResourceId"] = call.physical_id;
    if (call.previous) event["OldResourceProperties"] = as_texts(*call.previous);
    made.event = codec::to_json(event);
    return made;
}

void CustomResources::send(const std::string& id) {
    const auto found = waiting_.find(id);
    if (found == waiting_.end()) return;
    const CustomRequest& request = found->second.request;
    d_.functions.accept(request.scope, request.service_token, request.event,
                        [this, id, alive = std::weak_ptr(alive_)](aws::Outcome<void> accepted) {
                            if (alive.expired()) return;
                            if (!accepted) return settle(id, std::unexpected(std::move(accepted.error())));
                            const auto sent = waiting_.find(id);
                            if (sent == waiting_.end() || sent->second.request.sent) return;
                            sent->second.request.sent = true;
                            write(sent->second.request, [](Result<>) {});  // lost, it is sent twice
                        });
}

void CustomResources::respond(const std::string& id, const std::string& body,
                              std::move_only_function<void(Result<>)> done) {
    const auto found = waiting_.find(id);
    if (found == waiting_.end())
        return done(fail(ErrorCode::kNotFound, "no request waits for this response"));
    if (found->second.request.response || !found->second.request.refused.empty()) return done({});
    found->second.request.sent = true;
    CustomRequest answered = found->second.request;
    if (auto response = read_custom_response(body)) {
        answered.response = body;
    } else {
        answered.refused = response.error().message;
    }
    write(answered, [this, id, answered, done = std::move(done)](Result<> kept) mutable {
        done(kept);
        const auto waiting = waiting_.find(id);
        if (!kept || waiting == waiting_.end()) return;
        waiting->second.request = answered;
        if (waiting->second.done) settle(id, std::move(answered));
    });
}

void CustomResources::settle(const std::string& id, Answer answer) {
    auto settled = waiting_.extract(id);
    if (settled.empty()) return;
    d_.home.cancel(settled.mapped().timer);
    // What the deployment makes of it is written before the request goes.
    if (settled.mapped().done) settled.mapped().done(std::move(answer));
    erase(id);
}

void CustomResources::erase(const std::string& id) {
    if (const auto found = waiting_.find(id); found != waiting_.end()) {
        d_.home.cancel(found->second.timer);
        waiting_.erase(found);
    }
    storage::CatalogChange change;
    change.erases.push_back(fmt::format("{}{}", kPrefix, id));
    d_.catalog.commit(std::move(change), [](Result<>) {});  // what stays is dropped at the next start
}

void CustomResources::write(const CustomRequest& request, storage::Done done) {
    storage::CatalogChange change;
    change.puts.emplace_back(fmt::format("{}{}", kPrefix, request.id), write_custom_request(request));
    d_.catalog.commit(std::move(change),
                      [alive = std::weak_ptr(alive_), done = std::move(done)](Result<> kept) mutable {
                          if (!alive.expired()) done(std::move(kept));
                      });
}

}  // namespace millrace::cloudformation
