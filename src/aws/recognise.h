#pragma once

#include <optional>
#include <string>
#include <vector>

#include "aws/auth/credential.h"
#include "aws/error.h"
#include "aws/model/service_model.h"
#include "aws/protocol/bucket_router.h"
#include "aws/protocol/rest_router.h"
#include "aws/registry.h"
#include "codec/form.h"
#include "http/message.h"

namespace millrace::aws {

/// What a request asks for, found without reading its members.
struct Recognised {
    Protocol protocol = Protocol::kJson11;  ///< also of the answer when there is an error
    const ServiceModel* service = nullptr;  ///< nullptr when none is meant
    const OperationModel* operation = nullptr;
    codec::Form parameters;             ///< query string, and the form of the query protocol
    PathLabels labels;                  ///< of a REST path
    std::optional<ServiceError> error;  ///< set when operation is not
};

/// Tells services, operations and protocols apart: X-Amz-Target for the JSON protocols, the path where
/// smithy-protocol says RPC v2, Action for the query protocol (from the body or the query string), method and
/// path for REST. S3 shares no path with the others:
/// a request is its own when it is signed for it, when the Host is one of its names, or when it is unsigned
/// and nobody else's. Else the Host decides nothing, so every service is reached at every name. Immutable,
/// usable from any thread.
class Recogniser {
  public:
    /// Knows the services that the registry has now.
    explicit Recogniser(const Registry& registry);

    [[nodiscard]] Recognised recognise(const http::Request& request, const codec::Form& query,
                                       const std::optional<Credential>& credential) const;

  private:
    [[nodiscard]] Recognised recognise_json(const http::Request& request, std::string_view target) const;
    [[nodiscard]] Recognised recognise_rpc_v2(const http::Request& request) const;
    [[nodiscard]] Recognised recognise_query(codec::Form parameters,
                                             const std::optional<Credential>& credential) const;
    [[nodiscard]] Recognised recognise_rest(const http::Request& request, const codec::Form& query,
                                            const std::optional<Credential>& credential) const;
    [[nodiscard]] Recognised recognise_bucket(const http::Request& request, const codec::Form& query) const;
    /// The one the request is signed for, if it speaks the query protocol.
    [[nodiscard]] const ServiceModel* query_service_of(const std::optional<Credential>& credential) const;
    [[nodiscard]] const ServiceModel* query_service(const codec::Form& parameters, std::string_view action,
                                                    const std::optional<Credential>& credential) const;

    /// Of a request that fits no service here; names the one it was signed for.
    [[nodiscard]] ServiceError unrecognised(std::string_view what,
                                            const std::optional<Credential>& credential) const;

    std::vector<const ServiceModel*> services_;
    RestRouter router_;
    BucketRouter buckets_;
};

}  // namespace millrace::aws
