#pragma once

#include <cstdint>
#include <map>
#include <set>
#include <string>
#include <string_view>

#include "base/error.h"
#include "base/random.h"
#include "base/time.h"

namespace millrace::iam {

inline constexpr std::int32_t kSessionSecondsDefault = 3600;
inline constexpr std::size_t kTagsMax = 50;
inline constexpr std::size_t kPageItemsDefault = 100;
inline constexpr std::size_t kAccessKeysPerUserMax = 2;
inline constexpr std::size_t kAccessKeyIdChars = 20;

using Tags = std::map<std::string, std::string>;

struct Role {
    std::string account;
    std::string name;
    std::string path = "/";
    std::string id;  ///< "AROA..."
    WallTime created;
    std::string trust_policy;  ///< JSON, as it was given
    std::string description = {};
    std::int32_t session_seconds_max = kSessionSecondsDefault;
    std::string boundary = {};  ///< ARN of a policy, or empty
    Tags tags = {};
    std::map<std::string, std::string> inline_policies = {};  ///< JSON by name
    std::set<std::string> attached = {};                      ///< ARNs of policies

    [[nodiscard]] std::string arn() const;
};

/// What a user signs requests with. Nothing looks at it: an access key that is no account number belongs to
/// the default account.
struct AccessKey {
    std::string id;  ///< "AKIA..."
    std::string secret;
    bool active = true;
    WallTime created;
    std::string origin = {};  ///< the name that a template generated for it, or empty
};

struct User {
    std::string account;
    std::string name;
    std::string path = "/";
    std::string id;  ///< "AIDA..."
    WallTime created;
    std::string boundary = {};  ///< ARN of a policy, or empty
    Tags tags = {};
    std::map<std::string, std::string> inline_policies = {};  ///< JSON by name
    std::set<std::string> attached = {};                      ///< ARNs of policies
    std::map<std::string, AccessKey> access_keys = {};        ///< by id

    [[nodiscard]] std::string arn() const;
};

/// A customer's managed policy. Only the newest version is kept.
struct ManagedPolicy {
    std::string account;
    std::string name;
    std::string path = "/";
    std::string id;  ///< "ANPA..."
    WallTime created;
    WallTime updated;
    std::string description = {};
    std::string document;  ///< JSON, as it was given
    std::int32_t version = 1;
    Tags tags = {};

    [[nodiscard]] std::string arn() const;
    [[nodiscard]] std::string version_id() const;
};

/// "arn:aws:iam::aws:policy/...": AWS's own; they exist everywhere and are not stored here.
[[nodiscard]] bool is_aws_managed(std::string_view policy_arn);

/// The last part of a policy's ARN.
[[nodiscard]] std::string policy_name_of(std::string_view policy_arn);

/// 40 characters, as AWS's are.
[[nodiscard]] std::string make_secret(Random& random);

/// A unique id: the prefix and 17 characters of A-Z and 2-7.
[[nodiscard]] std::string make_id(std::string_view prefix, Random& random);

// In the catalog.
inline constexpr std::string_view kRolePrefix = "iam/roles/";
inline constexpr std::string_view kPolicyPrefix = "iam/policies/";
inline constexpr std::string_view kUserPrefix = "iam/users/";
[[nodiscard]] std::string user_key(std::string_view account, std::string_view name);
[[nodiscard]] std::string to_catalog_value(const User& user);
[[nodiscard]] Result<User> parse_user(std::string_view key, std::string_view value);
[[nodiscard]] std::string role_key(std::string_view account, std::string_view name);
[[nodiscard]] std::string policy_key(std::string_view account, std::string_view name);
[[nodiscard]] std::string to_catalog_value(const Role& role);
[[nodiscard]] std::string to_catalog_value(const ManagedPolicy& policy);
/// kCorruption when key or value are not those of a role, or policy.
[[nodiscard]] Result<Role> parse_role(std::string_view key, std::string_view value);
[[nodiscard]] Result<ManagedPolicy> parse_policy(std::string_view key, std::string_view value);

}  // namespace millrace::iam
