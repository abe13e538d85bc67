#include "services/lambda/urls/function_urls.h"

#include <fmt/format.h>

#include "aws/auth/credential.h"
#include "codec/form.h"
#include "codec/uri.h"
#include "services/lambda/function_name.h"
#include "services/lambda/urls/url_cors.h"
#include "services/lambda/urls/url_event.h"
#include "services/lambda/urls/url_response.h"
#include "services/lambda/urls/url_stream.h"

namespace millrace::lambda {

namespace {

constexpr const char* kForbidden =
    "Forbidden. For troubleshooting Function URL authorization issues, see: "
    "https://docs.aws.amazon.com/lambda/latest/dg/urls-auth.html";

/// What a record's key says: "<account>/<region>/<name>/<qualifier>".
struct Owner {
    aws::Scope scope;
    FunctionReference function;
};

Owner owner_of(const std::string& key) {
    const std::size_t region = key.find('/') + 1;
    const std::size_t name = key.find('/', region) + 1;
    const std::size_t qualifier = key.find('/', name) + 1;
    Owner owner{
        .scope = {.account = key.substr(0, region - 1), .region = key.substr(region, name - 1 - region)},
        .function = {.name = key.substr(name, qualifier - 1 - name), .qualifier = key.substr(qualifier)}};
    if (owner.function.qualifier == kLatestVersion) owner.function.qualifier.clear();
    return owner;
}

std::optional<aws::Credential> signer_of(const http::Request& request, std::string_view target) {
    const auto query = codec::parse_form(codec::split_target(target).query);
    return aws::find_credential(request.headers, query.value_or(codec::Form{}));
}

http::Response refusal(const aws::ServiceError& error) {
    const auto reason = error.details.find("Reason");
    http::Response response = url_error(error.http_status, error.code, error.message.c_str());
    if (reason != error.details.end()) response.headers.add("x-amzn-Reason", reason->second);
    return response;
}

}  // namespace

/// A request, until it is answered.
struct FunctionUrls::Call {
    UrlAddress address;
    http::Request request;
    http::Respond respond;
    std::shared_ptr<const FunctionUrl> url;
    Owner owner;
    std::string request_id;

    void answer(http::Response response) {
        if (url && url->cors) apply_cors(*url->cors, request, response);
        response.headers.add("x-amzn-RequestId", request_id);
        respond(std::move(response));
    }
};

std::string FunctionUrls::key_of(const std::string& id) {
    const auto known = keys_.find(id);
    if (known != keys_.end()) {
        const auto url = core_.records.urls.find(known->second);
        if (url && url->id == id) return known->second;
        keys_.erase(known);
    }
    for (const auto& [key, url] : core_.records.urls.list()) {
        if (url->id == id) return keys_[id] = key;
    }
    return {};
}

void FunctionUrls::answer(UrlAddress address, http::Request request, http::Respond respond) {
    Call call{.address = std::move(address),
              .request = std::move(request),
              .respond = std::move(respond),
              .url = nullptr,
              .owner = {},
              .request_id = make_uuid(core_.random)};
    const std::string key = key_of(call.address.id);
    if (key.empty()) return call.answer(url_error(403, "AccessDeniedException", nullptr));
    call.url = core_.records.urls.find(key);
    call.owner = owner_of(key);
    if (call.url->cors && is_preflight(call.request)) {
        http::Response response = preflight_response(*call.url->cors, call.request);
        response.headers.add("x-amzn-RequestId", call.request_id);
        return call.respond(std::move(response));
    }
    invoke(std::move(call));
}

void FunctionUrls::invoke(Call call) {
    const auto signer = call.url->auth_type == "AWS_IAM" ? signer_of(call.request, call.address.target)
                                                         : std::optional<aws::Credential>();
    if (call.url->auth_type == "AWS_IAM" && !signer)
        return call.answer(url_error(403, "AccessDeniedException", kForbidden));
    const Owner& owner = call.owner;
    const std::string& key = signer ? signer->access_key : std::string();
    std::string event = url_event(
        {.request = call.request,
         .url_id = call.url->id,
         .domain = call.address.domain.empty() ? url_domain(call.url->id, owner.scope) : call.address.domain,
         .target = call.address.target,
         .request_id = call.request_id,
         .access_key = key,
         .account = aws::is_account(key) ? key : owner.scope.account,
         .now = core_.clock.now()});
    if (event.size() > kPayloadBytesMax) {
        return call.answer(
            url_error(413, "RequestEntityTooLargeException",
                      "Request must be smaller than 6291456 bytes for the InvokeFunction operation"));
    }
    const FunctionPtr function = core_.functions.route(owner.scope, owner.function.name,
                                                       owner.function.qualifier, core_.random.next());
    if (!function) return call.answer(url_error(403, "AccessDeniedException", nullptr));
    Invocation invocation{.request_id = call.request_id,
                          .payload = std::move(event),
                          .invoked_arn = function_arn(owner.scope, owner.function.qualified_name()),
                          .done = nullptr};
    call.url->invoke_mode == "RESPONSE_STREAM" ? stream(invocation, std::move(call))
                                               : buffer(invocation, std::move(call));
    core_.invoker.invoke(function, std::move(invocation));
}

void FunctionUrls::buffer(Invocation& invocation, Call call) {
    invocation.done = [call = std::move(call)](InvokeResult result) mutable {
        if (result.refused) return call.answer(refusal(*result.refused));
        call.answer(result.function_error ? url_bad_gateway() : url_response(result.payload));
    };
}

void FunctionUrls::stream(Invocation& invocation, Call call) {
    const auto answer = std::make_shared<Call>(std::move(call));
    const auto stream = std::make_shared<UrlStream>(
        [answer](http::Response response) { answer->answer(std::move(response)); });
    invocation.stream = stream;
    invocation.done = [answer, stream](InvokeResult result) {
        if (result.refused && !stream->answered()) return answer->answer(refusal(*result.refused));
        stream->complete(result);
    };
}

}  // namespace millrace::lambda
