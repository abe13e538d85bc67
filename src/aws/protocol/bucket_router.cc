#include "aws/protocol/bucket_router.h"

#include <algorithm>
#include <optional>
#include <string>
#include <utility>

#include "aws/s3_host.h"
#include "codec/uri.h"

namespace millrace::aws {

namespace {

/// What a request's Host and path name; empty where they do not.
struct Address {
    std::string bucket;
    std::string key;
};

std::string decoded(std::string_view text) {
    return codec::percent_decode(text).value_or(std::string(text));
}

Address address_of(const http::Request& request) {
    std::string_view path = codec::split_target(request.target).path;
    path.remove_prefix(path.starts_with('/') ? 1 : 0);
    if (auto bucket = read_s3_host(request.headers.get("Host")).bucket) {
        return {std::move(*bucket), decoded(path)};
    }
    const std::size_t slash = std::min(path.find('/'), path.size());
    return {decoded(path.substr(0, slash)), decoded(path.substr(std::min(slash + 1, path.size())))};
}

/// How deep a path of the model reaches: "/" 0, "/{Bucket}" 1, "/{Bucket}/{Key+}" 2; -1 for any other.
int depth_of(std::string_view path) {
    if (path == "/") return 0;
    if (path == "/{Bucket}") return 1;
    return path == "/{Bucket}/{Key+}" ? 2 : -1;
}

int depth_of(const Address& address) {
    if (address.bucket.empty()) return 0;
    return address.key.empty() ? 1 : 2;
}

bool has_parameter(const codec::Form& query, std::string_view name,
                   std::optional<std::string_view> value = std::nullopt) {
    return std::ranges::any_of(query, [&](const auto& parameter) {
        return parameter.first == name && (!value || parameter.second == *value);
    });
}

/// How many of the parameters in the path are there; -1 when one is missing.
int fit_literals(std::string_view literals, const codec::Form& query) {
    int count = 0;
    while (!literals.empty()) {
        const std::size_t end = std::min(literals.find('&'), literals.size());
        const std::string_view one = literals.substr(0, end);
        literals.remove_prefix(std::min(end + 1, literals.size()));
        const std::size_t equals = one.find('=');
        const bool there = equals == std::string_view::npos
                               ? has_parameter(query, one)
                               : has_parameter(query, one.substr(0, equals), one.substr(equals + 1));
        if (!there) return -1;
        ++count;
    }
    return count;
}

/// The same of what an operation requires in query and headers, but for a list, of which every client says
/// so.
int fit_required(const OperationModel& operation, const http::Request& request, const codec::Form& query) {
    int count = 0;
    if (operation.input == nullptr) return count;
    for (const Member& member : operation.input->members) {
        if (!member.required || member.shape->kind == Kind::kList) continue;
        const bool in_query = member.location == Location::kQueryString;
        if (!in_query && member.location != Location::kHeader) continue;
        const bool there = in_query ? has_parameter(query, member.location_name)
                                    : request.headers.find(member.location_name) != nullptr;
        if (!there) return -1;
        ++count;
    }
    return count;
}

}  // namespace

void BucketRouter::add(const ServiceModel& service) {
    if (!service.speaks(Protocol::kRestXml)) return;
    service_ = &service;
    for (const OperationModel* operation : service.operations)
        entries_.push_back({operation, operation->name, operation->http});
    for (const AbsentOperation& absent : service.absent)
        entries_.push_back({nullptr, absent.name, absent.http});
}

BucketRoute BucketRouter::find(const http::Request& request, const codec::Form& query) const {
    Address address = address_of(request);
    const int depth = depth_of(address);
    const Entry* best = nullptr;
    int best_fit = -1;
    for (const Entry& entry : entries_) {
        const auto [path, literals] = codec::split_target(entry.http.path);
        if (entry.http.method != request.method || depth_of(path) != depth) continue;
        const int fit = fit_literals(literals, query);
        const int required = entry.operation == nullptr ? 0 : fit_required(*entry.operation, request, query);
        if (fit < 0 || required < 0 || fit + required <= best_fit) continue;
        best = &entry;
        best_fit = fit + required;
    }
    if (best == nullptr) return {};
    BucketRoute route{best->operation, best->name, {}};
    if (depth > 0) route.labels.emplace("Bucket", std::move(address.bucket));
    if (depth > 1) route.labels.emplace("Key", std::move(address.key));
    return route;
}

bool BucketRouter::names_object(const http::Request& request) const {
    const bool reads = request.method == "GET" || request.method == "HEAD";
    return has_service() && reads && depth_of(address_of(request)) == 2;
}

}  // namespace millrace::aws
