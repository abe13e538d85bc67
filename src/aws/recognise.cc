#include "aws/recognise.h"

#include <algorithm>
#include <iterator>

#include "aws/auth/query_parameter.h"
#include "aws/common_errors.h"
#include "aws/s3_host.h"
#include "codec/uri.h"

namespace millrace::aws {

namespace {

constexpr std::string_view kCborAdvice =
    "Millrace speaks CBOR 1.1 where AWS's own clients do: with Kinesis; and Smithy's RPC v2 with CloudWatch. "
    "Let the client use JSON here (Java: -Daws.cborEnabled=false or -Dcom.amazonaws.sdk.disableCbor).";

const OperationModel* find_operation(const ServiceModel& service, std::string_view name) {
    const auto found = std::ranges::find(service.operations, name, &OperationModel::name);
    return found == service.operations.end() ? nullptr : *found;
}

ServiceError missing_operation(const ServiceModel& service, std::string_view name) {
    const bool known =
        std::ranges::find(service.absent, name, &AbsentOperation::name) != service.absent.end();
    return known ? not_offered(name) : unknown_operation(name);
}

void choose_operation(Recognised& found, std::string_view name) {
    found.operation = find_operation(*found.service, name);
    if (found.operation == nullptr) found.error = missing_operation(*found.service, name);
}

bool is_cbor(const http::Request& request) {
    return request.headers.get("Content-Type").find("cbor") != std::string_view::npos;
}

bool is_cbor11(const http::Request& request) {
    return request.headers.get("Content-Type").starts_with("application/x-amz-cbor-1.1");
}

bool is_rpc_v2(const http::Request& request) {
    return request.headers.get("smithy-protocol") == "rpc-v2-cbor";
}

/// "/service/GraniteServiceVersion20100801/operation/PutMetricData"
struct RpcPath {
    std::string_view service;
    std::string_view operation;
};
RpcPath read_rpc_path(std::string_view path) {
    constexpr std::string_view kService = "/service/";
    constexpr std::string_view kOperation = "/operation/";
    const std::size_t at = path.find(kOperation);
    if (!path.starts_with(kService) || at == std::string_view::npos) return {};
    return {.service = path.substr(kService.size(), at - kService.size()),
            .operation = path.substr(at + kOperation.size())};
}

bool is_for_buckets(const http::Request& request, const std::optional<Credential>& credential) {
    if (credential) return credential->service == "s3";
    return read_s3_host(request.headers.get("Host")).is_s3;
}

ServiceError cbor_refused() {
    return {.code = "UnsupportedMediaTypeException", .message = std::string(kCborAdvice), .http_status = 415};
}

}  // namespace

Recogniser::Recogniser(const Registry& registry) {
    for (const auto& [name, service] : registry.services()) {
        services_.push_back(service);
        router_.add(*service);
        buckets_.add(*service);
    }
}

Recognised Recogniser::recognise(const http::Request& request, const codec::Form& query,
                                 const std::optional<Credential>& credential) const {
    if (const std::string* target = request.headers.find("X-Amz-Target"))
        return recognise_json(request, *target);
    if (is_rpc_v2(request)) return recognise_rpc_v2(request);
    if (buckets_.has_service() && is_for_buckets(request, credential))
        return recognise_bucket(request, query);
    if (is_cbor(request)) return {.error = cbor_refused()};
    Recognised rest = recognise_rest(request, query, credential);
    if (rest.service != nullptr) return rest;
    codec::Form parameters = query;
    if (request.headers.get("Content-Type").starts_with("application/x-www-form-urlencoded")) {
        auto form = codec::parse_form(request.body);
        if (!form)
            return {.protocol = Protocol::kQuery, .error = serialization_exception(form.error().message)};
        std::ranges::move(*form, std::back_inserter(parameters));
    }
    const bool is_query = find_parameter(parameters, "Action") != nullptr;
    if (is_query) return recognise_query(std::move(parameters), credential);
    if (const ServiceModel* service = query_service_of(credential)) {
        return {.protocol = Protocol::kQuery, .service = service, .error = missing_action()};
    }
    // Objects are fetched by plain URLs: of templates, of packages.
    const bool unsigned_object = !credential && buckets_.names_object(request);
    return unsigned_object ? recognise_bucket(request, query) : rest;
}

Recognised Recogniser::recognise_bucket(const http::Request& request, const codec::Form& query) const {
    BucketRoute route = buckets_.find(request, query);
    Recognised found{.protocol = Protocol::kRestXml,
                     .service = &buckets_.service(),
                     .operation = route.operation,
                     .parameters = query,
                     .labels = std::move(route.labels)};
    if (route.operation != nullptr) return found;
    if (route.name.empty()) {
        found.error = ServiceError{.code = "MethodNotAllowed",
                                   .message = "The specified method is not allowed against this resource.",
                                   .http_status = 405,
                                   .details = {{"Method", request.method}}};
    } else {
        found.error = not_offered(route.name);
    }
    return found;
}

Recognised Recogniser::recognise_json(const http::Request& request, std::string_view target) const {
    Recognised found;
    if (is_cbor11(request)) found.protocol = Protocol::kCbor11;
    const std::size_t dot = target.rfind('.');
    const std::string_view prefix = target.substr(0, dot == std::string_view::npos ? 0 : dot);
    const auto service = std::ranges::find(services_, prefix, &ServiceModel::target_prefix);
    if (prefix.empty() || service == services_.end()) {
        found.error = prefix.empty() ? unknown_operation(target) : not_offered(target);
        return found;
    }
    found.service = *service;
    if (!is_cbor11(request)) {
        found.protocol = found.service->speaks(Protocol::kJson10) ? Protocol::kJson10 : Protocol::kJson11;
    }
    if (is_cbor(request) && !(is_cbor11(request) && found.service->speaks(Protocol::kCbor11))) {
        found.error = cbor_refused();
        return found;
    }
    choose_operation(found, target.substr(dot + 1));
    return found;
}

Recognised Recogniser::recognise_rpc_v2(const http::Request& request) const {
    Recognised found{.protocol = Protocol::kRpcV2Cbor};
    const std::string_view path = codec::split_target(request.target).path;
    const RpcPath named = read_rpc_path(path);
    const auto service = std::ranges::find(services_, named.service, &ServiceModel::target_prefix);
    if (named.service.empty() || service == services_.end()) {
        found.error = named.service.empty() ? unknown_operation(path) : not_offered(path);
        return found;
    }
    found.service = *service;
    if (found.service->speaks(Protocol::kRpcV2Cbor)) {
        choose_operation(found, named.operation);
    } else {
        found.error = cbor_refused();
    }
    return found;
}

const ServiceModel* Recogniser::query_service_of(const std::optional<Credential>& credential) const {
    for (const ServiceModel* service : services_) {
        if (service->speaks(Protocol::kQuery) && credential && service->signing_name == credential->service)
            return service;
    }
    return nullptr;
}

const ServiceModel* Recogniser::query_service(const codec::Form& parameters, std::string_view action,
                                              const std::optional<Credential>& credential) const {
    const std::string* version = find_parameter(parameters, "Version");
    const auto speaks_query = [](const ServiceModel* service) { return service->speaks(Protocol::kQuery); };
    for (const ServiceModel* service : services_) {
        if (speaks_query(service) && version != nullptr && service->api_version == *version) return service;
    }
    if (const ServiceModel* service = query_service_of(credential)) return service;
    for (const ServiceModel* service : services_) {
        if (speaks_query(service) && find_operation(*service, action) != nullptr) return service;
    }
    return nullptr;
}

Recognised Recogniser::recognise_query(codec::Form parameters,
                                       const std::optional<Credential>& credential) const {
    const std::string action = *find_parameter(parameters, "Action");
    Recognised found{.protocol = Protocol::kQuery, .service = query_service(parameters, action, credential)};
    if (found.service == nullptr) {
        found.error = unrecognised(action, credential);
    } else {
        choose_operation(found, action);
    }
    found.parameters = std::move(parameters);
    return found;
}

Recognised Recogniser::recognise_rest(const http::Request& request, const codec::Form& query,
                                      const std::optional<Credential>& credential) const {
    RestRoute route = router_.find(request.method, request.target);
    Recognised found{.protocol = Protocol::kRestJson,
                     .service = route.service,
                     .operation = route.operation,
                     .parameters = query,
                     .labels = std::move(route.labels)};
    if (route.operation != nullptr) return found;
    if (route.name.empty()) {
        const std::string path(codec::split_target(request.target).path);
        found.error = unrecognised(request.method + ' ' + path, credential);
    } else {
        found.error = not_offered(route.name);
    }
    found.error->http_status = 404;
    return found;
}

ServiceError Recogniser::unrecognised(std::string_view what,
                                      const std::optional<Credential>& credential) const {
    const bool foreign = credential && std::ranges::find(services_, credential->service,
                                                         &ServiceModel::signing_name) == services_.end();
    return foreign ? not_offered(credential->service + ": " + std::string(what)) : unknown_operation(what);
}

}  // namespace millrace::aws
