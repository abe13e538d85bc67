#include "requests.h"

#include "base/time.h"
#include "codec/uri.h"
#include "http/encode.h"

namespace millrace::bench {
namespace {

constexpr std::uint64_t kIdsPerMillisecond = 1000;

/// Requests made before: as many as spread their keys well, or as fit this.
constexpr std::size_t kSetMax = 1024;
constexpr std::size_t kSetBytesMax = 32 * 1024 * 1024;

std::string_view content_type(const Step& step) {
    if (step.form) return "application/x-www-form-urlencoded";
    if (step.service == "kinesis") return "application/x-amz-json-1.1";
    return step.service == "sqs" ? "application/x-amz-json-1.0" : "application/json";
}

}  // namespace

Requests::Requests(const Load& load, Place place, Signing signing, cli::Credentials credentials,
                   std::string region)
    : place_(std::move(place)),
      signing_(signing),
      credentials_(std::move(credentials)),
      region_(std::move(region)),
      next_id_(static_cast<std::uint64_t>(to_millis(SystemClock{}.now())) * kIdsPerMillisecond) {
    if (signing != Signing::kBefore) return;
    for (const Step& step : load.steps) {
        if (step.can_be_made_before()) sets_.try_emplace(&step);
    }
}

Result<std::string> Requests::body_of(const Step& step, std::size_t user, const Captured& captured) {
    Values values{.number = number_, .id = next_id_, .user = user, .captured = &captured.values};
    std::string body;
    if (auto done = step.body.append_to(body, values); !done) return std::unexpected(done.error());
    const auto list = captured.lists.find(step.each);
    const std::size_t items = list == captured.lists.end() ? step.repeat : list->second.size();
    for (; values.index < items; ++values.index, ++values.id) {
        if (values.index > 0) body += step.form ? '&' : ',';
        std::string encoded;
        if (list != captured.lists.end()) values.item = list->second[values.index];
        if (step.form) values.item = encoded = codec::percent_encode(values.item);
        if (auto done = step.item.append_to(body, values); !done) return std::unexpected(done.error());
    }
    if (auto done = step.tail.append_to(body, values); !done) return std::unexpected(done.error());
    return body;
}

Result<std::shared_ptr<const Prepared>> Requests::anew(const Step& step, std::size_t user,
                                                       const Captured& captured) {
    auto body = body_of(step, user, captured);
    if (!body) return std::unexpected(body.error());
    ++number_;
    next_id_ += std::max<std::size_t>(1, step.repeat);
    auto prepared = std::make_shared<Prepared>();
    http::Request& request = prepared->request;
    request.method = "POST";
    if (auto done = step.path.append_to(request.target, {.number = number_, .user = user}); !done)
        return std::unexpected(done.error());
    request.headers.add("Host", place_.authority());
    request.headers.add("Content-Type", std::string(content_type(step)));
    if (!step.target.empty()) request.headers.add("X-Amz-Target", step.target);
    request.body = std::move(*body);
    if (signing_ != Signing::kNone)
        cli::sign(request, step.service, region_, credentials_, SystemClock{}.now());
    prepared->head = http::encode_request_head(request, place_.authority());
    prepared->body = SharedBytes(std::exchange(request.body, {}));
    return prepared;
}

Result<> Requests::fill_set(Set& set, const Step& step) {
    std::size_t bytes = 0;
    while (set.requests.size() < kSetMax && bytes < kSetBytesMax) {
        auto prepared = anew(step, 0, {});
        if (!prepared) return std::unexpected(prepared.error());
        bytes += (*prepared)->head.size() + (*prepared)->body.size();
        set.requests.push_back(std::move(*prepared));
    }
    return {};
}

Result<Requests::Made> Requests::make(const Step& step, std::size_t user, const Captured& captured,
                                      bool unique) {
    const std::uint64_t id = next_id_;
    const auto set = sets_.find(&step);
    if (unique || set == sets_.end()) {
        auto prepared = anew(step, user, captured);
        if (!prepared) return std::unexpected(prepared.error());
        return Made{std::move(*prepared), id};
    }
    auto& [requests, next] = set->second;
    if (requests.empty()) {
        if (auto filled = fill_set(set->second, step); !filled) return std::unexpected(filled.error());
    }
    next = (next + 1) % requests.size();
    return Made{requests[next], 0};
}

}  // namespace millrace::bench
