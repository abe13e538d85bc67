#include "services/sts/credentials.h"

namespace millrace::sts {
namespace {

constexpr std::size_t kSecretChars = 40;
constexpr std::size_t kTokenChars = 128;

}  // namespace

std::string random_text(Random& random, std::size_t length) {
    constexpr std::string_view kAlphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789";
    std::string text;
    for (std::size_t i = 0; i < length; ++i) text += kAlphabet[random.next() % kAlphabet.size()];
    return text;
}

api::sts::Credentials make_credentials(const Dependencies& dependencies, std::string_view account,
                                       std::int32_t seconds) {
    return {.access_key_id = std::string{account},
            .secret_access_key = random_text(dependencies.random, kSecretChars),
            .session_token = random_text(dependencies.random, kTokenChars),
            .expiration = dependencies.clock.now() + Seconds{seconds}};
}

}  // namespace millrace::sts
