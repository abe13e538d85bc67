#include "services/lambda/runtime_api/extension_api.h"

#include "codec/json.h"
#include "codec/json_writer.h"
#include "http/text.h"
#include "services/lambda/runtime_api/runtime_api.h"
#include "services/lambda/runtime_api/telemetry_api.h"

namespace millrace::lambda {

namespace {

constexpr std::string_view kExtensionBase = "/2020-01-01/extension/";
constexpr std::string_view kIdentifierHeader = "Lambda-Extension-Identifier";

http::Response event_response(std::string body, std::string_view event_id) {
    http::Response response{.status = 200, .headers = {}, .body = std::move(body)};
    response.headers.add("Content-Type", "application/json");
    response.headers.add("Lambda-Extension-Event-Identifier", std::string(event_id));
    return response;
}

http::Response refused_registration(std::string_view type, std::string_view message) {
    return runtime_error(403, type, message);
}

/// The events asked for, none when there are none; false when one is unknown.
bool read_events(std::string_view body, ExtensionCalls::Registration& registration) {
    if (body.empty()) return true;
    const auto json = codec::parse_json(body);
    if (!json || !json->is_object()) return false;
    const codec::Json* events = json->get_object().if_contains("events");
    if (events == nullptr || events->is_null()) return true;
    if (!events->is_array()) return false;
    for (const codec::Json& event : events->get_array()) {
        if (event == "INVOKE") {
            registration.wants_invoke = true;
        } else if (event == "SHUTDOWN") {
            registration.wants_shutdown = true;
        } else {
            return false;
        }
    }
    return true;
}

void register_by(const http::Request& request, http::Respond respond, ExtensionCalls& calls) {
    ExtensionCalls::Registration registration{.name =
                                                  std::string(request.headers.get("Lambda-Extension-Name"))};
    registration.wants_account =
        http::list_contains(request.headers.get("Lambda-Extension-Accept-Feature"), "accountId");
    if (registration.name.empty())
        return respond(refused_registration("Extension.InvalidExtensionName", "Empty extension name"));
    if (!read_events(request.body, registration))
        return respond(refused_registration("Extension.InvalidEventType", "Invalid event type"));
    calls.register_extension(std::move(registration), std::move(respond));
}

}  // namespace

bool route_extension_request(const http::Request& request, http::Respond& respond, ExtensionCalls& calls) {
    std::string_view path = request.target;
    path = path.substr(0, path.find('?'));
    if (path == kLogsPath) {
        // What AWS's own emulator answers; who asks for it goes on without.
        respond(runtime_error(202, "Logs.NotSupported", "Logs API is not supported"));
        return true;
    }
    const bool telemetry = path == kTelemetryPath;
    if (!telemetry && !path.starts_with(kExtensionBase)) return false;
    if (!telemetry) path.remove_prefix(kExtensionBase.size());
    const bool post = request.method == "POST";
    if (post && path == "register") {
        register_by(request, std::move(respond), calls);
        return true;
    }
    const std::string_view identifier = request.headers.get(kIdentifierHeader);
    if (identifier.empty()) {
        respond(runtime_error(403, "Extension.MissingExtensionIdentifier",
                              "Missing Lambda-Extension-Identifier header"));
    } else if (request.method == "PUT" && telemetry) {
        calls.subscribe(identifier, request.body, std::move(respond));
    } else if (request.method == "GET" && path == "event/next") {
        calls.next_event(identifier, std::move(respond));
    } else if (post && (path == "init/error" || path == "exit/error")) {
        calls.extension_error(identifier, request.headers.get("Lambda-Extension-Function-Error-Type"),
                              std::move(respond));
    } else {
        respond(runtime_error(404, "NotFound", "No such path in the Extensions API."));
    }
    return true;
}

http::Response registered_response(const Function& function, std::string_view identifier, bool with_account) {
    http::Response response{.status = 200};
    response.headers.add("Content-Type", "application/json");
    response.headers.add(std::string(kIdentifierHeader), std::string(identifier));
    codec::JsonWriter json(response.body);
    json.begin_object().key("functionName").string(function.name);
    json.key("functionVersion").string(function.version).key("handler").string(function.handler);
    if (with_account) json.key("accountId").string(function.scope.account);
    json.end_object();
    return response;
}

http::Response invoke_event_response(const ExtensionInvoke& invocation, std::string_view event_id) {
    std::string body;
    codec::JsonWriter json(body);
    json.begin_object()
        .key("eventType")
        .string("INVOKE")
        .key("deadlineMs")
        .integer(to_millis(invocation.deadline));
    json.key("requestId").string(invocation.request_id);
    json.key("invokedFunctionArn").string(invocation.function_arn);
    json.key("tracing").begin_object().key("type").string("X-Amzn-Trace-Id");
    json.key("value").string(invocation.trace_id).end_object().end_object();
    return event_response(std::move(body), event_id);
}

http::Response shutdown_event_response(std::string_view reason, WallTime deadline,
                                       std::string_view event_id) {
    std::string body;
    codec::JsonWriter(body)
        .begin_object()
        .key("eventType")
        .string("SHUTDOWN")
        .key("shutdownReason")
        .string(reason)
        .key("deadlineMs")
        .integer(to_millis(deadline))
        .end_object();
    return event_response(std::move(body), event_id);
}

}  // namespace millrace::lambda
