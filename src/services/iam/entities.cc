#include "services/iam/entities.h"

#include <fmt/format.h>

namespace millrace::iam {

std::string Role::arn() const {
    return fmt::format("arn:aws:iam::{}:role{}{}", account, path, name);
}

std::string User::arn() const {
    return fmt::format("arn:aws:iam::{}:user{}{}", account, path, name);
}

std::string ManagedPolicy::arn() const {
    return fmt::format("arn:aws:iam::{}:policy{}{}", account, path, name);
}

std::string ManagedPolicy::version_id() const {
    return fmt::format("v{}", version);
}

bool is_aws_managed(std::string_view policy_arn) {
    return policy_arn.starts_with("arn:aws:iam::aws:policy/");
}

std::string policy_name_of(std::string_view policy_arn) {
    return std::string{policy_arn.substr(policy_arn.rfind('/') + 1)};
}

std::string make_id(std::string_view prefix, Random& random) {
    constexpr std::string_view kAlphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567";
    constexpr std::size_t kRandomChars = 17;
    std::string id{prefix};
    for (std::size_t i = 0; i < kRandomChars; ++i) id += kAlphabet[random.next() % kAlphabet.size()];
    return id;
}

std::string make_secret(Random& random) {
    constexpr std::string_view kAlphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    constexpr std::size_t kChars = 40;
    std::string secret;
    for (std::size_t i = 0; i < kChars; ++i) secret += kAlphabet[random.next() % kAlphabet.size()];
    return secret;
}

std::string user_key(std::string_view account, std::string_view name) {
    return fmt::format("{}{}/{}", kUserPrefix, account, name);
}

std::string role_key(std::string_view account, std::string_view name) {
    return fmt::format("{}{}/{}", kRolePrefix, account, name);
}

std::string policy_key(std::string_view account, std::string_view name) {
    return fmt::format("{}{}/{}", kPolicyPrefix, account, name);
}

}  // namespace millrace::iam
