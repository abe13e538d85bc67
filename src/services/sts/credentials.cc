#include "services/sts/credentials.h"

namespace millrace::sts {
namespace {

constexpr std::size_t kSecretChars = 40;
constexpr std::size_t kTokenChars = 128;
constexpr std::size_t kRoleIdChars = 17;
constexpr std::string_view kCapitalsAndDigits = "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567";
constexpr std::string_view kLettersAndDigits =
    "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789";

std::string random_text(Random& random, std::size_t length, std::string_view alphabet) {
    std::string text;
    for (std::size_t i = 0; i < length; ++i) text += alphabet[random.next() % alphabet.size()];
    return text;
}

}  // namespace

std::string random_role_id(Random& random) {
    return "AROA" + random_text(random, kRoleIdChars, kCapitalsAndDigits);
}

api::sts::Credentials make_credentials(const Dependencies& dependencies, std::string_view account,
                                       std::int32_t seconds) {
    return {.access_key_id = std::string{account},
            .secret_access_key = random_text(dependencies.random, kSecretChars, kLettersAndDigits),
            .session_token = random_text(dependencies.random, kTokenChars, kLettersAndDigits),
            .expiration = dependencies.clock.now() + Seconds{seconds}};
}

}  // namespace millrace::sts
