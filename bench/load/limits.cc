#include "limits.h"

#include <chrono>
#include <nlohmann/json.hpp>
#include <simdjson.h>

namespace millrace::bench {
namespace {

using Clock = std::chrono::steady_clock;

constexpr std::size_t kBodiesBytes = 64 * 1024 * 1024;  // more than the caches hold

/// How often a second `turn` runs.
template <class Turn>
double rate(double seconds, Turn turn) {
    std::size_t turns = 0;
    const auto began = Clock::now();
    std::chrono::duration<double> took{};
    do {
        turn(turns++);
        took = Clock::now() - began;
    } while (took.count() < seconds);
    return static_cast<double>(turns) / took.count();
}

nlohmann::json per_second(double requests, const Step& step, std::size_t bytes) {
    return {{"requests_per_second", requests},
            {"units_per_second", requests * static_cast<double>(step.units)},
            {"megabytes_per_second", requests * static_cast<double>(bytes) / 1e6}};
}

/// Reads every value, as a server must.
std::size_t visit(simdjson::dom::element element) {
    std::size_t seen = 1;
    if (element.is_object()) {
        for (const auto field : simdjson::dom::object(element)) seen += visit(field.value);
    } else if (element.is_array()) {
        for (const auto item : simdjson::dom::array(element)) seen += visit(item);
    }
    return seen;
}

}  // namespace

nlohmann::json limits_of(const Load& load, const Place& place, const cli::Credentials& credentials,
                         const std::string& region, double seconds) {
    const Step& step = load.steps.front();
    Requests requests(load, place, Signing::kEach, credentials, region);
    const auto first = requests.make(step, 0, {}, true);
    if (!first) return {{"problem", first.error().message}};
    const std::string body(first->prepared->body.view());

    const double made = rate(seconds, [&](std::size_t) { (void)requests.make(step, 0, {}, true); });

    const std::size_t bodies = std::max<std::size_t>(1, kBodiesBytes / body.size());
    std::vector<std::string> from(bodies, body);
    std::vector<std::string> to(bodies, std::string(body.size(), '\0'));
    const double copied =
        rate(seconds, [&](std::size_t turn) { to[turn % bodies].assign(from[turn % bodies]); });

    simdjson::dom::parser parser;
    std::size_t values = 0;
    for (std::string& one : from) one.reserve(one.size() + simdjson::SIMDJSON_PADDING);
    const double parsed = rate(seconds, [&](std::size_t turn) {
        const std::string& one = from[turn % bodies];
        values += visit(parser.parse(one.data(), one.size(), false).value());
    });
    return {{"body_bytes", body.size()},
            {"make_and_sign", per_second(made, step, body.size())},
            {"copy", per_second(copied, step, body.size())},
            {"parse", per_second(parsed, step, body.size())},
            {"values_read", values}};
}

}  // namespace millrace::bench
