#include "aws/gateway.h"

#include <utility>

#include "aws/answer.h"
#include "aws/auth/presigned.h"
#include "aws/call.h"
#include "aws/common_errors.h"
#include "aws/model/validate.h"
#include "aws/protocol/cbor.h"
#include "aws/protocol/compressed.h"
#include "aws/protocol/json.h"
#include "aws/protocol/query.h"
#include "aws/protocol/rest_json.h"
#include "aws/protocol/rest_xml.h"
#include "codec/uri.h"

namespace millrace::aws {

namespace {

/// "/000000000000/jobs"
bool is_queue_path(std::string_view path) {
    const std::size_t slash = path.find('/', 1);
    return slash != std::string_view::npos && slash + 1 < path.size() &&
           is_account(path.substr(1, slash - 1));
}

/// Requests to a queue's URL name the queue by it; those that are about no queue yet are none for it, as on
/// AWS.
void add_queue_url(Recognised& call, const http::Request& request, const RequestContext& context) {
    const std::string_view path = codec::split_target(request.target).path;
    if (call.protocol != Protocol::kQuery || path.size() <= 1 || call.operation->input == nullptr) return;
    if (is_queue_path(path) &&
        (call.operation->name == "CreateQueue" || call.operation->name == "ListQueues")) {
        call.error = unknown_operation(call.operation->name);
        return;
    }
    for (const Member& member : call.operation->input->members) {
        if (member.name != "QueueUrl") continue;
        for (const auto& [name, value] : call.parameters) {
            if (name == "QueueUrl") return;
        }
        call.parameters.emplace_back("QueueUrl", context.base_url + std::string(path));
        return;
    }
}

/// A body may move into the input.
Outcome<void> decode(const Recognised& call, http::Request& request, void* input, Violations& violations) {
    const Shape& shape = *call.operation->input;
    switch (call.protocol) {
        case Protocol::kJson10:
        case Protocol::kJson11:
            return decode_json(request.body, shape, input, violations);
        case Protocol::kQuery:
            return decode_query(call.parameters, shape, input, violations);
        case Protocol::kRestJson:
            return decode_rest_json(request, call.labels, call.parameters, shape, input, violations);
        case Protocol::kRestXml:
            return decode_rest_xml(request, call.labels, call.parameters, shape, input, violations);
        case Protocol::kCbor11:
            return decode_cbor(request.body, shape, input, violations);
        case Protocol::kRpcV2Cbor:
            return decode_cbor(request.body, shape, input, violations, CborTime::kSeconds);
    }
    return {};
}

/// Decoded and validated; no instance where the operation takes nothing.
Outcome<Instance> make_input(const Recognised& call, http::Request& request) {
    const OperationModel& model = *call.operation;
    if (model.input == nullptr) return Instance(nullptr, InstanceDelete{});
    Instance input = make_instance(*model.input);
    Violations violations;
    if (auto decoded = decode(call, request, input.get(), violations); !decoded) {
        return std::unexpected(std::move(decoded.error()));
    }
    validate(*model.service, *model.input, input.get(), violations);
    if (!violations.empty()) return std::unexpected(violations.to_error(*model.service));
    return input;
}

}  // namespace

Gateway::Gateway(Registry& registry, Executor& home, const Clock& clock, Random& random,
                 GatewayOptions options)
    : registry_(registry),
      home_(home),
      clock_(clock),
      random_(random),
      options_(std::move(options)),
      recogniser_(registry) {}

RequestContext Gateway::make_context(const http::Request& request,
                                     const std::optional<Credential>& credential) {
    RequestContext context;
    const bool own_account = credential && is_account(credential->access_key);
    context.scope.account = own_account ? credential->access_key : options_.default_account;
    context.scope.region =
        credential && !credential->region.empty() ? credential->region : options_.default_region;
    if (credential) context.access_key = credential->access_key;
    context.request_id = make_uuid(random_);
    context.base_url = (request.secure ? "https://" : "http://") +
                       std::string(request.headers.get("Host", options_.default_host));
    context.trace_header = request.headers.get("X-Amzn-Trace-Id");
    context.received = clock_.now();
    context.client = request.client;
    return context;
}

void Gateway::handle(http::Request request, http::Respond respond) {
    // A query string that cannot be read holds nothing that a service would look for.
    const codec::Form query =
        codec::parse_form(codec::split_target(request.target).query).value_or(codec::Form{});
    const std::optional<Credential> credential = find_credential(request.headers, query);
    RequestContext context = make_context(request, credential);
    // What S3 is given stays as it is.
    const bool compressed = is_compressed(request.headers) && credential && credential->service != "s3";
    const Outcome<void> expanded = compressed ? expand(request) : Outcome<void>();
    Recognised call = recogniser_.recognise(request, query, credential);
    if (!expanded) call.error = expanded.error();
    context.protocol = call.protocol;
    if (call.operation != nullptr && registry_.find(*call.operation) == nullptr) {
        call.error = not_offered(call.operation->name);
    }
    // Only URLs of S3 are given to others, and only S3 has this protocol.
    if (!call.error && call.protocol == Protocol::kRestXml)
        call.error = refuse_presigned(query, context.received);
    if (!call.error) add_queue_url(call, request, context);
    if (!call.error) {
        if (auto input = make_input(call, request)) {
            return run(std::move(call), std::move(context), std::move(*input), std::move(respond));
        } else {
            call.error = std::move(input.error());
        }
    }
    respond(make_error_response(call.protocol, call.service, *call.error, context.request_id));
}

http::Response Gateway::refuse_body(const http::Request& head, std::size_t bytes_max) {
    const codec::Form query =
        codec::parse_form(codec::split_target(head.target).query).value_or(codec::Form{});
    const Recognised call = recogniser_.recognise(head, query, find_credential(head.headers, query));
    ServiceError error = request_too_large(bytes_max, call.operation ? call.operation->name : "requested");
    if (call.protocol == Protocol::kRestXml) {
        error.code = "EntityTooLarge";
        error.message = "Your proposed upload exceeds the maximum allowed object size";
        error.http_status = 400;
    }
    return make_error_response(call.protocol, call.service, error, make_uuid(random_));
}

void Gateway::run(Recognised call, RequestContext context, Instance input, http::Respond respond) {
    Call decoded{.operation = registry_.find(*call.operation),
                 .input = std::move(input),
                 .context = std::move(context),
                 .respond = std::move(respond)};
    home_.post(
        [call = std::move(decoded), faults = options_.faults, &home = home_, &clock = clock_]() mutable {
            if (faults == nullptr || !faults->any()) return aws::run(std::move(call));
            Verdict verdict = faults->decide(*call.operation->model, call.context, call.input.get());
            run_faulty(std::move(call), std::move(verdict), home, clock);
        });
}

}  // namespace millrace::aws
