#include "services/lambda/urls/url_event.h"

#include <algorithm>
#include <ctime>
#include <fmt/chrono.h>
#include <fmt/format.h>
#include <map>
#include <vector>

#include "base/ascii.h"
#include "base/utf8.h"
#include "codec/form.h"
#include "codec/json_writer.h"
#include "codec/uri.h"
#include "http/text.h"

namespace millrace::lambda {

namespace {

using codec::JsonWriter;

void join(std::map<std::string, std::string>& values, std::string name, std::string_view value) {
    const auto [found, is_new] = values.emplace(std::move(name), value);
    if (!is_new) found->second.append(",").append(value);
}

std::map<std::string, std::string> headers_of(const UrlCall& call) {
    std::map<std::string, std::string> headers;
    for (const auto& [name, value] : call.request.headers) {
        if (equal_ignoring_case(name, "connection")) continue;
        join(headers, to_lower(name), value);
    }
    const std::string_view host = call.request.headers.get("Host");
    const std::size_t colon = host.rfind(':');
    const std::string_view usual = call.request.secure ? "443" : "80";
    headers["x-forwarded-proto"] = call.request.secure ? "https" : "http";
    headers["x-forwarded-port"] = colon == std::string_view::npos ? usual : host.substr(colon + 1);
    join(headers, "x-forwarded-for", call.request.peer);
    return headers;
}

std::vector<std::string_view> cookies_of(const http::Request& request) {
    std::vector<std::string_view> cookies;
    for (const auto& [name, value] : request.headers) {
        if (!equal_ignoring_case(name, "cookie")) continue;
        for (std::string_view rest = value; !rest.empty();) {
            const std::size_t end = std::min(rest.find(';'), rest.size());
            if (const auto cookie = http::trim(rest.substr(0, end)); !cookie.empty())
                cookies.push_back(cookie);
            rest.remove_prefix(std::min(end + 1, rest.size()));
        }
    }
    return cookies;
}

bool is_text(const http::Request& request) {
    const std::string type = to_lower(request.headers.get("Content-Type"));
    const std::string_view media = http::trim(std::string_view(type).substr(0, type.find(';')));
    const bool says_text = media.empty() || media.starts_with("text/") || media.ends_with("/json") ||
                           media.ends_with("+json") || media.ends_with("/xml") || media.ends_with("+xml") ||
                           media.ends_with("/javascript");
    return says_text && is_utf8(request.body);
}

void write(JsonWriter& json, const std::map<std::string, std::string>& values) {
    json.begin_object();
    for (const auto& [name, value] : values) json.key(name).string(value);
    json.end_object();
}

void write_query(JsonWriter& json, std::string_view query) {
    json.key("rawQueryString").string(query);
    const auto form = codec::parse_form(query);
    if (!form || form->empty()) return;  // one that cannot be decoded is there as it was sent
    std::map<std::string, std::string> parameters;
    for (const auto& [name, value] : *form) join(parameters, name, value);
    write(json.key("queryStringParameters"), parameters);
}

void write_authorizer(JsonWriter& json, const UrlCall& call) {
    if (call.access_key.empty()) return;
    json.key("authorizer").begin_object().key("iam").begin_object();
    json.key("accessKey").string(call.access_key).key("accountId").string(call.account);
    json.key("callerId").string(call.account).key("cognitoIdentity").null().key("principalOrgId").null();
    json.key("userArn").string(fmt::format("arn:aws:iam::{}:root", call.account));
    json.key("userId").string(call.account).end_object().end_object();
}

void write_context(JsonWriter& json, const UrlCall& call, std::string_view path) {
    const auto seconds = static_cast<std::time_t>(to_millis(call.now) / 1000);
    json.key("requestContext").begin_object();
    json.key("accountId").string(call.access_key.empty() ? "anonymous" : call.account);
    json.key("apiId").string(call.url_id);
    write_authorizer(json, call);
    json.key("domainName").string(call.domain).key("domainPrefix").string(call.url_id);
    json.key("http").begin_object().key("method").string(call.request.method).key("path").string(path);
    json.key("protocol").string("HTTP/1.1").key("sourceIp").string(call.request.peer);
    json.key("userAgent").string(call.request.headers.get("User-Agent")).end_object();
    json.key("requestId").string(call.request_id).key("routeKey").string("$default");
    json.key("stage").string("$default");
    json.key("time").string(fmt::format("{:%d/%b/%Y:%H:%M:%S} +0000", fmt::gmtime(seconds)));
    json.key("timeEpoch").integer(to_millis(call.now)).end_object();
}

void write_body(JsonWriter& json, const http::Request& request) {
    const bool text = request.body.empty() || is_text(request);
    if (!request.body.empty()) {
        json.key("body");
        text ? json.string(request.body) : json.blob(request.body);
    }
    json.key("isBase64Encoded").boolean(!text);
}

}  // namespace

std::string url_event(const UrlCall& call) {
    const codec::TargetParts target = codec::split_target(call.target);
    std::string out;
    JsonWriter json(out);
    json.begin_object().key("version").string("2.0").key("routeKey").string("$default");
    json.key("rawPath").string(target.path);
    write_query(json, target.query);
    if (const auto cookies = cookies_of(call.request); !cookies.empty()) {
        json.key("cookies").begin_array();
        for (const std::string_view cookie : cookies) json.string(cookie);
        json.end_array();
    }
    write(json.key("headers"), headers_of(call));
    write_context(json, call, target.path);
    write_body(json, call.request);
    json.end_object();
    return out;
}

}  // namespace millrace::lambda
