#include "services/lambda/execution/telemetry.h"

#include <algorithm>
#include <deque>
#include <fmt/format.h>

#include "codec/json_writer.h"
#include "codec/timestamp.h"

namespace millrace::lambda {

namespace {

/// Between attempts to reach a subscriber who does not listen yet, or not any more.
constexpr Milliseconds kTryAgainAfter{100};

}  // namespace

struct Telemetry::Subscriber {
    std::string extension;
    TelemetrySubscription wanted;
    std::deque<std::string> events;
    std::size_t bytes = 0;
    std::size_t sending = 0;  ///< of the first events
    std::size_t dropped = 0;
    std::size_t dropped_bytes = 0;
    TimerId timer;
};

Telemetry::Telemetry(Executor& home, const Clock& clock, SandboxHost& host)
    : home_(home), clock_(clock), host_(host) {}

Telemetry::~Telemetry() {
    *alive_ = false;
    for (const auto& subscriber : subscribers_) {
        if (subscriber->timer != TimerId{}) home_.cancel(subscriber->timer);
    }
}

void Telemetry::subscribe(const std::string& extension, TelemetrySubscription subscription) {
    const auto known = std::ranges::find_if(
        subscribers_, [&](const auto& subscriber) { return subscriber->extension == extension; });
    if (known != subscribers_.end()) {
        (*known)->wanted = std::move(subscription);
        return;
    }
    subscribers_.push_back(std::make_unique<Subscriber>());
    Subscriber& subscriber = *subscribers_.back();
    subscriber.extension = extension;
    subscriber.wanted = std::move(subscription);
    if (!start_.empty() && wants(subscriber, "platform")) put(subscriber, start_);
}

bool Telemetry::wants(const Subscriber& subscriber, std::string_view kind) {
    return std::ranges::find(subscriber.wanted.types, kind) != subscriber.wanted.types.end();
}

std::string Telemetry::event(std::string_view type, std::string_view record) const {
    std::string out;
    codec::JsonWriter(out)
        .begin_object()
        .key("time")
        .string(codec::format_iso8601(clock_.now()))
        .key("type")
        .string(type)
        .key("record")
        .raw(record)
        .end_object();
    return out;
}

void Telemetry::add(std::string_view kind, std::string_view type, std::string_view record) {
    if (type == "platform.initStart") start_ = event(type, record);
    for (const auto& subscriber : subscribers_) {
        if (wants(*subscriber, kind)) put(*subscriber, event(type, record));
    }
}

void Telemetry::put(Subscriber& s, std::string event) {
    s.bytes += event.size();
    s.events.push_back(std::move(event));
    while (s.bytes > kTelemetryBacklogBytesMax && s.events.size() > s.sending + 1) {
        const auto oldest = s.events.begin() + static_cast<std::ptrdiff_t>(s.sending);
        ++s.dropped;
        s.dropped_bytes += oldest->size();
        s.bytes -= oldest->size();
        s.events.erase(oldest);
    }
    if (s.sending > 0) return;
    if (s.events.size() >= s.wanted.items_max || s.bytes >= s.wanted.bytes_max) return send(s);
    if (s.timer == TimerId{}) {
        s.timer = home_.run_at(clock_.monotonic() + s.wanted.wait_max, [this, &s] {
            s.timer = {};
            send(s);
        });
    }
}

void Telemetry::send(Subscriber& s) {
    if (s.sending > 0 || s.events.empty()) return;
    if (s.timer != TimerId{}) home_.cancel(std::exchange(s.timer, TimerId{}));
    if (s.dropped > 0) {
        std::string record;
        codec::JsonWriter(record)
            .begin_object()
            .key("reason")
            .string("the subscriber did not take them in time")
            .key("droppedRecords")
            .unsigned_integer(s.dropped)
            .key("droppedBytes")
            .unsigned_integer(s.dropped_bytes)
            .end_object();
        s.events.push_front(event("platform.logsDropped", record));
        s.bytes += s.events.front().size();
        s.dropped = s.dropped_bytes = 0;
    }
    std::string body = "[";
    while (s.sending < s.events.size() && s.sending < s.wanted.items_max &&
           (s.sending == 0 || body.size() + s.events[s.sending].size() < s.wanted.bytes_max)) {
        if (s.sending > 0) body += ',';
        body += s.events[s.sending++];
    }
    body += ']';
    host_.post(s.wanted.port, s.wanted.path, std::move(body), [this, alive = alive_, &s](bool delivered) {
        if (*alive) sent(s, delivered);
    });
}

void Telemetry::sent(Subscriber& s, bool delivered) {
    const std::size_t count = std::exchange(s.sending, 0);
    for (std::size_t i = 0; delivered && i < count; ++i) {
        s.bytes -= s.events.front().size();
        s.events.pop_front();
    }
    if (s.events.empty() || s.timer != TimerId{}) return;
    s.timer = home_.run_at(clock_.monotonic() + (delivered ? Milliseconds{0} : kTryAgainAfter), [this, &s] {
        s.timer = {};
        send(s);
    });
}

void Telemetry::flush() {
    for (const auto& subscriber : subscribers_) send(*subscriber);
}

}  // namespace millrace::lambda
