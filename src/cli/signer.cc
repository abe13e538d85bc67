#include "cli/signer.h"

#include <map>

#include "base/ascii.h"
#include "codec/hex.h"
#include "codec/sha256.h"
#include "codec/timestamp.h"
#include "codec/uri.h"

namespace millrace::cli {
namespace {

constexpr std::string_view kAlgorithm = "AWS4-HMAC-SHA256";
constexpr std::size_t kDateBytes = 8;  // "20231114" of "20231114T221320Z"

struct Canonical {
    std::string signed_names;  ///< "host;x-amz-date"
    std::string request;
};

Canonical canonical_request(const http::Request& request) {
    std::map<std::string, std::string> headers;
    for (const auto& [name, value] : request.headers) headers[to_lower(name)] = value;
    Canonical canonical;
    std::string lines;
    for (const auto& [name, value] : headers) {
        if (!canonical.signed_names.empty()) canonical.signed_names += ';';
        canonical.signed_names += name;
        lines += name + ":" + value + "\n";
    }
    const auto [path, query] = codec::split_target(request.target);
    // All services but S3 sign the path encoded once more.
    canonical.request = request.method + "\n" + codec::percent_encode_path(path) + "\n" + std::string(query) +
                        "\n" + lines + "\n" + canonical.signed_names + "\n" + codec::sha256_hex(request.body);
    return canonical;
}

}  // namespace

void sign(http::Request& request, std::string_view service, std::string_view region,
          const Credentials& credentials, WallTime now) {
    const std::string time = codec::format_amz_date(now);
    const std::string date = time.substr(0, kDateBytes);
    request.headers.add("X-Amz-Date", time);
    if (!credentials.session_token.empty())
        request.headers.add("X-Amz-Security-Token", credentials.session_token);

    const Canonical canonical = canonical_request(request);
    const std::string scope = date + "/" + std::string(region) + "/" + std::string(service) + "/aws4_request";
    const std::string to_sign =
        std::string(kAlgorithm) + "\n" + time + "\n" + scope + "\n" + codec::sha256_hex(canonical.request);
    std::string key = codec::hmac_sha256("AWS4" + credentials.secret_key, date);
    for (const std::string_view step : {region, service, std::string_view("aws4_request")}) {
        key = codec::hmac_sha256(key, step);
    }
    request.headers.add("Authorization",
                        std::string(kAlgorithm) + " Credential=" + credentials.access_key + "/" + scope +
                            ", SignedHeaders=" + canonical.signed_names +
                            ", Signature=" + codec::hex_encode(codec::hmac_sha256(key, to_sign)));
}

}  // namespace millrace::cli
