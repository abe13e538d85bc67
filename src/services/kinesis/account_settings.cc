#include "services/kinesis/account_settings.h"

#include <algorithm>
#include <fmt/format.h>
#include <utility>

#include "codec/json.h"
#include "services/kinesis/json_members.h"

namespace millrace::kinesis {
namespace {

constexpr std::string_view kAccountsPrefix = "kinesis/accounts/";

std::string catalog_key(const aws::Scope& scope) {
    return fmt::format("{}{}/{}", kAccountsPrefix, scope.account, scope.region);
}

std::optional<aws::Scope> parse_key(std::string_view key) {
    key.remove_prefix(kAccountsPrefix.size());
    const std::size_t slash = key.find('/');
    if (slash == key.npos) return std::nullopt;
    return aws::Scope{std::string(key.substr(0, slash)), std::string(key.substr(slash + 1))};
}

std::string to_json(const Commitment& commitment) {
    codec::JsonObject object{{"commitment_started", to_millis(commitment.started)}};
    if (commitment.end) object.emplace("commitment_end", to_millis(*commitment.end));
    return codec::to_json(object);
}

std::optional<Commitment> parse_commitment(std::string_view value) {
    const auto json = codec::parse_json(value);
    if (!json || !json->is_object()) return std::nullopt;
    const codec::JsonObject& object = json->get_object();
    Commitment commitment;
    if (!read_time(object, "commitment_started", commitment.started)) return std::nullopt;
    if (!object.contains("commitment_end")) return commitment;
    if (!read_time(object, "commitment_end", commitment.end.emplace())) return std::nullopt;
    return commitment;
}

}  // namespace

WallTime earliest_end(const Commitment& commitment) {
    return commitment.started + kCommitmentMin;
}

bool in_force(const std::optional<Commitment>& commitment, WallTime now) {
    return commitment && (!commitment->end || now < *commitment->end);
}

std::string_view status_of(const std::optional<Commitment>& commitment, WallTime now) {
    if (!in_force(commitment, now)) return "DISABLED";
    return commitment->end ? "ENABLED_UNTIL_EARLIEST_ALLOWED_END" : "ENABLED";
}

std::optional<Commitment> changed(std::optional<Commitment> commitment, bool enable, WallTime now) {
    if (!in_force(commitment, now)) return enable ? Commitment{.started = now} : commitment;
    if (enable) {
        commitment->end.reset();
    } else if (!commitment->end) {
        commitment->end = std::max(now, earliest_end(*commitment));
    }
    return commitment;
}

AccountSettings::AccountSettings(storage::Catalog& catalog)
    : catalog_(catalog), changes_(catalog, [](const Error& error) { return aws::to_service_error(error); }) {}

Result<> AccountSettings::restore() {
    for (const auto& [key, value] : catalog_.list(kAccountsPrefix)) {
        const auto scope = parse_key(key);
        const auto commitment = parse_commitment(value);
        if (!scope || !commitment) return corrupt(key, "not the settings of an account");
        commitments_.emplace(*scope, *commitment);
    }
    return {};
}

std::optional<Commitment> AccountSettings::commitment(const aws::Scope& scope) const {
    const auto found = commitments_.find(scope);
    return found == commitments_.end() ? std::nullopt : std::optional{found->second};
}

void AccountSettings::set_commitment(const aws::Scope& scope, bool enable, WallTime now, Done done) {
    using Change = storage::SerialChanges<aws::ServiceError>::Change;
    changes_.run(
        [this, scope, enable, now]() -> aws::Outcome<Change> {
            const auto next = changed(commitment(scope), enable, now);
            if (!next) return Change{.catalog = {}, .apply = [] {}};
            return Change{.catalog = {.puts = {{catalog_key(scope), to_json(*next)}}},
                          .apply = [this, scope, next] { commitments_.insert_or_assign(scope, *next); }};
        },
        std::move(done));
}

void AccountSettings::reset() {
    changes_.clear();
    commitments_.clear();
}

}  // namespace millrace::kinesis
