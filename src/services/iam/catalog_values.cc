#include <fmt/format.h>

#include "codec/json.h"
#include "services/iam/entities.h"

namespace millrace::iam {
namespace {

using codec::Json;
using codec::JsonObject;

std::unexpected<Error> damaged(std::string_view key) {
    return fail(ErrorCode::kCorruption, fmt::format("the catalog's value for {} cannot be read", key));
}

JsonObject to_object(const std::map<std::string, std::string>& map) {
    JsonObject out;
    for (const auto& [name, value] : map) out.emplace(name, value);
    return out;
}

/// Reads members of an object; what is missing or of another type makes it bad.
class Reader {
  public:
    Reader(std::string_view key, std::string_view prefix, std::string_view value) {
        good_ = key.starts_with(prefix);
        if (good_) key.remove_prefix(prefix.size());
        account = key.substr(0, key.find('/'));
        name = key.substr(key.find('/') + 1);
        auto json = codec::parse_json(value);
        good_ = good_ && !name.empty() && json && json->is_object();
        if (good_) object_ = std::move(json->get_object());
    }

    std::string text(std::string_view member) {
        const Json* value = find(member, boost::json::kind::string);
        return value == nullptr ? "" : std::string{std::string_view{value->get_string()}};
    }
    std::int64_t integer(std::string_view member) {
        const Json* value = find(member, boost::json::kind::int64);
        return value == nullptr ? 0 : value->get_int64();
    }
    std::map<std::string, std::string> map(std::string_view member) {
        std::map<std::string, std::string> out;
        const Json* value = find(member, boost::json::kind::object);
        if (value == nullptr) return out;
        for (const auto& [entry, text] : value->get_object()) {
            if (!text.is_string()) good_ = false;
            if (text.is_string()) out.emplace(entry, std::string_view{text.get_string()});
        }
        return out;
    }
    std::set<std::string> set(std::string_view member) {
        std::set<std::string> out;
        const Json* value = find(member, boost::json::kind::array);
        if (value == nullptr) return out;
        for (const Json& text : value->get_array()) {
            if (!text.is_string()) good_ = false;
            if (text.is_string()) out.emplace(std::string_view{text.get_string()});
        }
        return out;
    }
    [[nodiscard]] bool good() const { return good_; }

    std::string account;
    std::string name;

  private:
    const Json* find(std::string_view member, boost::json::kind kind) {
        const Json* value = object_.if_contains(member);
        if (value != nullptr && value->kind() == kind) return value;
        good_ = false;
        return nullptr;
    }

    JsonObject object_;
    bool good_ = false;
};

}  // namespace

std::string to_catalog_value(const Role& role) {
    codec::JsonArray attached;
    for (const std::string& arn : role.attached) attached.emplace_back(arn);
    return codec::to_json(JsonObject{{"path", role.path},
                                     {"id", role.id},
                                     {"created", to_millis(role.created)},
                                     {"trustPolicy", role.trust_policy},
                                     {"description", role.description},
                                     {"sessionSecondsMax", role.session_seconds_max},
                                     {"boundary", role.boundary},
                                     {"tags", to_object(role.tags)},
                                     {"inlinePolicies", to_object(role.inline_policies)},
                                     {"attached", std::move(attached)}});
}

std::string to_catalog_value(const User& user) {
    codec::JsonArray attached;
    for (const std::string& arn : user.attached) attached.emplace_back(arn);
    JsonObject keys;
    for (const auto& [id, key] : user.access_keys) {
        keys.emplace(id, codec::to_json(JsonObject{{"secret", key.secret},
                                                   {"status", key.active ? "Active" : "Inactive"},
                                                   {"created", to_millis(key.created)},
                                                   {"origin", key.origin}}));
    }
    return codec::to_json(JsonObject{{"path", user.path},
                                     {"id", user.id},
                                     {"created", to_millis(user.created)},
                                     {"boundary", user.boundary},
                                     {"tags", to_object(user.tags)},
                                     {"inlinePolicies", to_object(user.inline_policies)},
                                     {"attached", std::move(attached)},
                                     {"accessKeys", std::move(keys)}});
}

std::string to_catalog_value(const ManagedPolicy& policy) {
    return codec::to_json(JsonObject{{"path", policy.path},
                                     {"id", policy.id},
                                     {"created", to_millis(policy.created)},
                                     {"updated", to_millis(policy.updated)},
                                     {"description", policy.description},
                                     {"document", policy.document},
                                     {"version", policy.version},
                                     {"tags", to_object(policy.tags)}});
}

Result<Role> parse_role(std::string_view key, std::string_view value) {
    Reader reader{key, kRolePrefix, value};
    Role role{.account = reader.account,
              .name = reader.name,
              .path = reader.text("path"),
              .id = reader.text("id"),
              .created = from_millis(reader.integer("created")),
              .trust_policy = reader.text("trustPolicy"),
              .description = reader.text("description"),
              .session_seconds_max = static_cast<std::int32_t>(reader.integer("sessionSecondsMax")),
              .boundary = reader.text("boundary"),
              .tags = reader.map("tags"),
              .inline_policies = reader.map("inlinePolicies"),
              .attached = reader.set("attached")};
    if (!reader.good()) return damaged(key);
    return role;
}

Result<User> parse_user(std::string_view key, std::string_view value) {
    Reader reader{key, kUserPrefix, value};
    User user{.account = reader.account,
              .name = reader.name,
              .path = reader.text("path"),
              .id = reader.text("id"),
              .created = from_millis(reader.integer("created")),
              .boundary = reader.text("boundary"),
              .tags = reader.map("tags"),
              .inline_policies = reader.map("inlinePolicies"),
              .attached = reader.set("attached")};
    bool good = true;
    for (const auto& [id, text] : reader.map("accessKeys")) {
        Reader access_key{id + "/" + id, "", text};
        user.access_keys.emplace(id, AccessKey{.id = id,
                                               .secret = access_key.text("secret"),
                                               .active = access_key.text("status") == "Active",
                                               .created = from_millis(access_key.integer("created")),
                                               .origin = access_key.text("origin")});
        good = good && access_key.good();
    }
    if (!reader.good() || !good) return damaged(key);
    return user;
}

Result<ManagedPolicy> parse_policy(std::string_view key, std::string_view value) {
    Reader reader{key, kPolicyPrefix, value};
    ManagedPolicy policy{.account = reader.account,
                         .name = reader.name,
                         .path = reader.text("path"),
                         .id = reader.text("id"),
                         .created = from_millis(reader.integer("created")),
                         .updated = from_millis(reader.integer("updated")),
                         .description = reader.text("description"),
                         .document = reader.text("document"),
                         .version = static_cast<std::int32_t>(reader.integer("version")),
                         .tags = reader.map("tags")};
    if (!reader.good()) return damaged(key);
    return policy;
}

}  // namespace millrace::iam
