#include "services/lambda/runtime_api/telemetry_api.h"

#include <algorithm>
#include <array>
#include <charconv>
#include <fmt/format.h>

#include "codec/json.h"

namespace millrace::lambda {

namespace {

using codec::Json;
using codec::JsonObject;
using Refused = std::unexpected<std::string>;

constexpr std::array<std::string_view, 3> kTypes{"platform", "function", "extension"};
constexpr std::array<std::string_view, 2> kHosts{"http://sandbox.localdomain:", "http://sandbox:"};

std::string_view text_at(const JsonObject& object, std::string_view name) {
    const Json* value = object.if_contains(name);
    return value != nullptr && value->is_string() ? std::string_view(value->get_string())
                                                  : std::string_view();
}

const JsonObject* object_at(const JsonObject& object, std::string_view name) {
    const Json* value = object.if_contains(name);
    return value == nullptr ? nullptr : value->if_object();
}

bool read_uri(std::string_view uri, TelemetrySubscription& subscription) {
    const auto host = std::ranges::find_if(kHosts, [uri](auto prefix) { return uri.starts_with(prefix); });
    if (host == kHosts.end()) return false;
    uri.remove_prefix(host->size());
    const auto [end, error] = std::from_chars(uri.data(), uri.data() + uri.size(), subscription.port);
    subscription.path = std::string(end, uri.data() + uri.size());
    if (subscription.path.empty()) subscription.path = "/";
    return error == std::errc() && subscription.port != 0 && subscription.path.starts_with('/') &&
           subscription.path.find_first_of(" \r\n") == std::string::npos;
}

bool read_types(const JsonObject& object, TelemetrySubscription& subscription) {
    const Json* types = object.if_contains("types");
    if (types == nullptr || !types->is_array() || types->get_array().empty()) return false;
    for (const Json& type : types->get_array()) {
        if (!type.is_string() ||
            std::ranges::find(kTypes, std::string_view(type.get_string())) == kTypes.end())
            return false;
        subscription.types.emplace_back(type.get_string());
    }
    return true;
}

bool read_bound(const JsonObject& object, std::string_view name, std::int64_t least, std::int64_t most,
                auto set) {
    const Json* value = object.if_contains(name);
    if (value == nullptr || value->is_null()) return true;
    if (!value->is_int64() || value->get_int64() < least || value->get_int64() > most) return false;
    set(value->get_int64());
    return true;
}

bool read_buffering(const JsonObject& object, TelemetrySubscription& s) {
    const JsonObject* buffering = object_at(object, "buffering");
    if (buffering == nullptr) return true;
    return read_bound(*buffering, "maxItems", 1'000, 10'000,
                      [&](std::int64_t n) { s.items_max = static_cast<std::size_t>(n); }) &&
           read_bound(*buffering, "maxBytes", 262'144, 1'048'576,
                      [&](std::int64_t n) { s.bytes_max = static_cast<std::size_t>(n); }) &&
           read_bound(*buffering, "timeoutMs", 25, 30'000,
                      [&](std::int64_t n) { s.wait_max = Milliseconds{n}; });
}

}  // namespace

std::expected<TelemetrySubscription, std::string> read_subscription(std::string_view body) {
    const auto json = codec::parse_json(body);
    if (!json || !json->is_object()) return Refused("The subscription is not a JSON object.");
    const JsonObject& object = json->get_object();
    const JsonObject* destination = object_at(object, "destination");
    if (destination == nullptr || text_at(*destination, "protocol") != "HTTP")
        return Refused("The destination must have the protocol HTTP.");
    TelemetrySubscription subscription;
    if (!read_uri(text_at(*destination, "URI"), subscription))
        return Refused("The destination's URI must be http://sandbox.localdomain:<port>.");
    if (!read_types(object, subscription))
        return Refused(fmt::format("types must name at least one of {}.", fmt::join(kTypes, ", ")));
    if (!read_buffering(object, subscription)) {
        return Refused(
            "buffering takes maxItems from 1000 to 10000, maxBytes from 262144 to 1048576, and timeoutMs "
            "from 25 to 30000.");
    }
    return subscription;
}

}  // namespace millrace::lambda
