#include "aws/faults/fault_rule.h"

#include <algorithm>
#include <array>
#include <fmt/format.h>
#include <optional>
#include <utility>
#include <vector>

#include "base/number.h"

namespace millrace::aws {
namespace {

constexpr std::uint32_t kPerPercent = kShareWhole / 100;
constexpr std::size_t kPercentDecimalsMax = 4;

struct EffectWord {
    std::string_view word;
    FaultEffect effect;
};
constexpr std::array<EffectWord, 8> kEffects{{{"throttle", FaultEffect::kThrottle},
                                              {"fail", FaultEffect::kFail},
                                              {"unavailable", FaultEffect::kUnavailable},
                                              {"throttle-entries", FaultEffect::kThrottleEntries},
                                              {"fail-entries", FaultEffect::kFailEntries},
                                              {"delay", FaultEffect::kDelay},
                                              {"drop", FaultEffect::kDrop},
                                              {"lose-reply", FaultEffect::kLoseReply}}};

/// What a service's resources are called in a rule; empty where it has none to name.
std::string_view resource_word(std::string_view service) {
    if (service == "kinesis") return "stream";
    if (service == "sqs") return "queue";
    return service == "lambda" ? "function" : "";
}

bool is_name(std::string_view text) {
    const auto plain = [](char c) {
        return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '-' ||
               c == '_' || c == '.';
    };
    return !text.empty() && std::ranges::all_of(text, plain);
}

/// "10%", "0.5%"; above 0, at most 100.
std::optional<std::uint32_t> parse_share(std::string_view text) {
    constexpr std::size_t kWholeDigitsMax = 3;
    if (!text.ends_with('%')) return std::nullopt;
    text.remove_suffix(1);
    const std::size_t dot = std::min(text.find('.'), text.size());
    std::string decimals(text.substr(std::min(dot + 1, text.size())));
    if (dot > kWholeDigitsMax || decimals.size() > kPercentDecimalsMax) return std::nullopt;
    if (dot != text.size() && decimals.empty()) return std::nullopt;
    decimals.resize(kPercentDecimalsMax, '0');
    const auto whole = parse_number<std::uint64_t>(text.substr(0, dot));
    const auto part = parse_number<std::uint64_t>(decimals);
    if (!whole || !part) return std::nullopt;
    const std::uint64_t share = *whole * kPerPercent + *part;
    if (share == 0 || share > kShareWhole) return std::nullopt;
    return static_cast<std::uint32_t>(share);
}

/// "200ms", "2s".
std::optional<Milliseconds> parse_delay(std::string_view text) {
    const bool millis = text.ends_with("ms");
    if (!millis && !text.ends_with('s')) return std::nullopt;
    text.remove_suffix(millis ? 2 : 1);
    const auto count = parse_number<std::uint64_t>(text);
    if (!count || *count == 0 || *count > static_cast<std::uint64_t>(kFaultDelayMax.count()))
        return std::nullopt;
    const Milliseconds delay = millis ? Milliseconds(*count) : Milliseconds(Seconds(*count));
    if (delay > kFaultDelayMax) return std::nullopt;
    return delay;
}

/// Reads one rule, word by word.
class Reader {
  public:
    explicit Reader(std::string_view text) : text_(text) {}

    Result<FaultRule> read() {
        if (text_.size() > kFaultTextBytesMax)
            return fail(ErrorCode::kInvalidArgument,
                        fmt::format("a fault is at most {} bytes long", kFaultTextBytesMax));
        if (auto read = read_target(next_word()); !read) return std::unexpected(read.error());
        for (std::string_view word = next_word(); !word.empty(); word = next_word()) {
            if (auto read = read_setting(word); !read) return std::unexpected(read.error());
        }
        if (!effect_) {
            return wrong(
                "says not what happens; add throttle=, fail=, unavailable=, drop=, lose-reply=, "
                "throttle-entries= or fail-entries= with a share like 10%, or delay=200ms");
        }
        return rule_;
    }

  private:
    std::string_view next_word() {
        const std::size_t begin = std::min(rest_.find_first_not_of(' '), rest_.size());
        rest_.remove_prefix(begin);
        const std::string_view word = rest_.substr(0, rest_.find(' '));
        rest_.remove_prefix(word.size());
        return word;
    }

    Result<> read_target(std::string_view word) {
        const std::size_t colon = word.find(':');
        const std::string_view operation = colon == std::string_view::npos ? "" : word.substr(colon + 1);
        if (!is_name(word.substr(0, colon)) || (operation != "*" && !is_name(operation)))
            return wrong("does not begin with SERVICE:OPERATION, like kinesis:PutRecords or sqs:*");
        rule_.service = word.substr(0, colon);
        if (operation != "*") rule_.operation = operation;
        return {};
    }

    Result<> read_setting(std::string_view word) {
        const std::size_t equals = word.find('=');
        if (equals == std::string_view::npos)
            return wrong(fmt::format("has the word \"{}\", which is not NAME=VALUE", word));
        const std::string_view name = word.substr(0, equals);
        const std::string_view value = word.substr(equals + 1);
        if (std::ranges::find(seen_, name) != seen_.end()) return wrong(fmt::format("says {}= twice", name));
        seen_.push_back(name);
        if (name == "seed") return read_count(name, value, rule_.seed, 0);
        if (name == "after") return read_count(name, value, rule_.after, 0);
        if (name == "times") return read_count(name, value, rule_.times, 1);
        if (name == "stream" || name == "queue" || name == "function") return read_resource(name, value);
        const auto* known = std::ranges::find(kEffects, name, &EffectWord::word);
        if (known == kEffects.end()) {
            return wrong(
                fmt::format("has {}=, which is none of stream, queue, function, throttle, fail, "
                            "unavailable, throttle-entries, fail-entries, delay, drop, lose-reply, "
                            "seed, after, times",
                            name));
        }
        if (std::exchange(effect_, true)) return wrong("has two effects; write one fault for each");
        rule_.effect = known->effect;
        return known->effect == FaultEffect::kDelay ? read_delay(value) : read_share(name, value);
    }

    Result<> read_count(std::string_view name, std::string_view value, std::uint64_t& place,
                        std::uint64_t min) {
        const auto count = parse_number<std::uint64_t>(value);
        if (!count || *count < min) return wrong(fmt::format("has {}={}, which is no count", name, value));
        place = *count;
        return {};
    }

    Result<> read_resource(std::string_view name, std::string_view value) {
        const std::string_view expected = resource_word(rule_.service);
        if (name != expected) {
            return wrong(
                expected.empty()
                    ? fmt::format("has {}=, but calls of {} are not told apart by it", name, rule_.service)
                    : fmt::format("has {}=, but {} has {}=", name, rule_.service, expected));
        }
        if (!is_name(value)) return wrong(fmt::format("has {}={}, which is no name", name, value));
        rule_.resource = value;
        return {};
    }

    Result<> read_share(std::string_view name, std::string_view value) {
        const auto share = parse_share(value);
        if (!share) {
            return wrong(
                fmt::format("has {}={}, which is no share; write 10% or 0.5%, more than 0 and at most 100%",
                            name, value));
        }
        rule_.share = *share;
        return {};
    }

    Result<> read_delay(std::string_view value) {
        const std::size_t at = value.find('@');
        const auto delay = parse_delay(value.substr(0, at));
        if (!delay) {
            return wrong(
                fmt::format("has delay={}; write delay=200ms, delay=2s or delay=200ms@10%, at most {} s",
                            value, std::chrono::duration_cast<Seconds>(kFaultDelayMax).count()));
        }
        rule_.delay = *delay;
        return at == std::string_view::npos ? Result<>{} : read_share("delay", value.substr(at + 1));
    }

    [[nodiscard]] std::unexpected<Error> wrong(std::string_view what) const {
        return fail(ErrorCode::kInvalidArgument, fmt::format("the fault \"{}\" {}", text_, what));
    }

    std::string_view text_;
    std::string_view rest_ = text_;
    FaultRule rule_{};
    std::vector<std::string_view> seen_;
    bool effect_ = false;
};

std::string share_text(std::uint32_t share) {
    std::string text = fmt::format("{}.{:04}", share / kPerPercent, share % kPerPercent);
    text.erase(text.find_last_not_of('0') + 1);
    if (text.ends_with('.')) text.pop_back();
    return text + "%";
}

/// SplitMix64's finalizer: every bit of the result depends on every bit given.
std::uint64_t mix(std::uint64_t value) {
    value = (value ^ (value >> 30U)) * 0xbf58476d1ce4e5b9U;
    value = (value ^ (value >> 27U)) * 0x94d049bb133111ebU;
    return value ^ (value >> 31U);
}

}  // namespace

Result<FaultRule> parse_fault_rule(std::string_view text) {
    return Reader(text).read();
}

std::string to_string(const FaultRule& rule) {
    std::string text = rule.service + ":" + (rule.operation.empty() ? "*" : rule.operation);
    if (!rule.resource.empty()) text += fmt::format(" {}={}", resource_word(rule.service), rule.resource);
    const auto* effect = std::ranges::find(kEffects, rule.effect, &EffectWord::effect);
    const std::string share = share_text(rule.share);
    text += rule.effect == FaultEffect::kDelay ? fmt::format(" delay={}ms@{}", rule.delay.count(), share)
                                               : fmt::format(" {}={}", effect->word, share);
    text += fmt::format(" seed={}", rule.seed);
    if (rule.after > 0) text += fmt::format(" after={}", rule.after);
    if (rule.times > 0) text += fmt::format(" times={}", rule.times);
    return text;
}

bool strikes(const FaultRule& rule, std::uint64_t n) {
    constexpr std::uint64_t kGolden = 0x9e3779b97f4a7c15U;
    return mix(mix(rule.seed) + n * kGolden) % kShareWhole < rule.share;
}

}  // namespace millrace::aws
