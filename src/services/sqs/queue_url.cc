#include "services/sqs/queue_url.h"

#include <algorithm>
#include <fmt/format.h>

#include "aws/auth/credential.h"
#include "services/sqs/limits.h"

namespace millrace::sqs {
namespace {

constexpr std::string_view kFifoSuffix = ".fifo";

bool is_digit(char c) {
    return c >= '0' && c <= '9';
}
bool is_name_character(char c) {
    return is_digit(c) || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '-' || c == '_';
}

/// Cuts the text behind the last `separator` off and returns it; all of the text when there is none.
std::string_view take_last(std::string_view& text, char separator) {
    const std::size_t at = text.rfind(separator);
    const std::string_view last = at == std::string_view::npos ? text : text.substr(at + 1);
    text = at == std::string_view::npos ? std::string_view() : text.substr(0, at);
    return last;
}

}  // namespace

bool is_queue_name(std::string_view name) {
    if (name.size() > kQueueNameCharactersMax) return false;
    if (is_fifo_name(name)) name.remove_suffix(kFifoSuffix.size());
    return !name.empty() && std::ranges::all_of(name, is_name_character);
}

bool is_fifo_name(std::string_view name) {
    return name.ends_with(kFifoSuffix);
}

std::string queue_arn(const aws::Scope& scope, std::string_view name) {
    return fmt::format("arn:aws:sqs:{}:{}:{}", scope.region, scope.account, name);
}

std::string queue_url(const aws::RequestContext& context, const aws::Scope& scope, std::string_view name) {
    return fmt::format("{}/{}/{}", context.base_url, scope.account, name);
}

std::optional<QueueAddress> parse_queue_url(const aws::Scope& caller, std::string_view url) {
    url = url.substr(0, url.find_first_of("?#"));
    if (url.ends_with('/')) url.remove_suffix(1);
    const std::string_view name = take_last(url, '/');
    if (!is_queue_name(name)) return std::nullopt;
    if (url.empty()) return QueueAddress{caller, std::string(name)};
    const std::string_view account = take_last(url, '/');
    if (!aws::is_account(account)) return std::nullopt;
    return QueueAddress{{std::string(account), caller.region}, std::string(name)};
}

std::optional<QueueAddress> parse_queue_arn(std::string_view arn) {
    if (!arn.starts_with("arn:aws")) return std::nullopt;
    const std::string_view name = take_last(arn, ':');
    const std::string_view account = take_last(arn, ':');
    const std::string_view region = take_last(arn, ':');
    if (!arn.ends_with(":sqs") || !is_queue_name(name)) return std::nullopt;
    return QueueAddress{{std::string(account), std::string(region)}, std::string(name)};
}

}  // namespace millrace::sqs
