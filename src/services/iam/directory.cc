#include "services/iam/directory.h"

#include <algorithm>
#include <fmt/format.h>
#include <utility>

#include "api/iam.h"
#include "services/iam/errors.h"

namespace millrace::iam {
namespace {

const auto& of_account(const auto& accounts, std::string_view account) {
    static const typename std::remove_cvref_t<decltype(accounts)>::mapped_type none;
    const auto found = accounts.find(account);
    return found == accounts.end() ? none : found->second;
}

}  // namespace

Result<> Directory::load() {
    for (const auto& [key, value] : dependencies_.catalog.list(kRolePrefix)) {
        auto role = parse_role(key, value);
        if (!role) return std::unexpected(std::move(role.error()));
        auto& place = roles_[role->account][role->name];
        place = std::move(*role);
    }
    for (const auto& [key, value] : dependencies_.catalog.list(kUserPrefix)) {
        auto user = parse_user(key, value);
        if (!user) return std::unexpected(std::move(user.error()));
        auto& place = users_[user->account][user->name];
        place = std::move(*user);
    }
    for (const auto& [key, value] : dependencies_.catalog.list(kPolicyPrefix)) {
        auto policy = parse_policy(key, value);
        if (!policy) return std::unexpected(std::move(policy.error()));
        auto& place = policies_[policy->account][policy->name];
        place = std::move(*policy);
    }
    return {};
}

const Directory::Roles& Directory::roles(std::string_view account) const {
    return of_account(roles_, account);
}

const Directory::Policies& Directory::policies(std::string_view account) const {
    return of_account(policies_, account);
}

const Role* Directory::find_role(std::string_view account, std::string_view name) const {
    const Roles& all = roles(account);
    const auto role = all.find(name);
    return role == all.end() ? nullptr : &role->second;
}

const Directory::Users& Directory::users(std::string_view account) const {
    return of_account(users_, account);
}

const User* Directory::find_user(std::string_view account, std::string_view name) const {
    const Users& all = users(account);
    const auto user = all.find(name);
    return user == all.end() ? nullptr : &user->second;
}

const User* Directory::find_key_owner(std::string_view account, std::string_view key_id) const {
    for (const auto& [name, user] : users(account)) {
        if (user.access_keys.contains(std::string{key_id})) return &user;
    }
    return nullptr;
}

const ManagedPolicy* Directory::find_policy(std::string_view account, std::string_view arn) const {
    const Policies& all = policies(account);
    const auto policy = all.find(policy_name_of(arn));
    return policy == all.end() || policy->second.arn() != arn ? nullptr : &policy->second;
}

std::int32_t Directory::attachments(std::string_view account, std::string_view policy_arn) const {
    const auto has = [&](const auto& entity) {
        return entity.second.attached.contains(std::string{policy_arn});
    };
    return static_cast<std::int32_t>(std::ranges::count_if(roles(account), has) +
                                     std::ranges::count_if(users(account), has));
}

std::int32_t Directory::boundaries(std::string_view account, std::string_view policy_arn) const {
    const auto has = [&](const auto& entity) { return entity.second.boundary == policy_arn; };
    return static_cast<std::int32_t>(std::ranges::count_if(roles(account), has) +
                                     std::ranges::count_if(users(account), has));
}

bool Directory::is_attachable(std::string_view account, std::string_view policy_arn) const {
    return is_aws_managed(policy_arn) || find_policy(account, policy_arn) != nullptr;
}

Directory::Change Directory::put_role(Role role) {
    storage::CatalogChange catalog{.puts = {{role_key(role.account, role.name), to_catalog_value(role)}}};
    return {std::move(catalog), [this, role = std::move(role)]() mutable {
                auto& place = roles_[role.account][role.name];
                place = std::move(role);
            }};
}

Directory::Change Directory::put_user(User user) {
    storage::CatalogChange catalog{.puts = {{user_key(user.account, user.name), to_catalog_value(user)}}};
    return {std::move(catalog), [this, user = std::move(user)]() mutable {
                auto& place = users_[user.account][user.name];
                place = std::move(user);
            }};
}

Directory::Change Directory::put_policy(ManagedPolicy policy) {
    storage::CatalogChange catalog{
        .puts = {{policy_key(policy.account, policy.name), to_catalog_value(policy)}}};
    return {std::move(catalog), [this, policy = std::move(policy)]() mutable {
                auto& place = policies_[policy.account][policy.name];
                place = std::move(policy);
            }};
}

void Directory::create_role(Role role, Answer answer) {
    changes_.run(
        [this, role = std::move(role)]() mutable -> aws::Outcome<Change> {
            if (find_role(role.account, role.name) != nullptr) {
                return std::unexpected(api::iam::entity_already_exists_exception(
                    fmt::format("Role with name {} already exists.", role.name)));
            }
            return put_role(std::move(role));
        },
        std::move(answer));
}

void Directory::edit_role(std::string account, std::string name, EditRole edit, Answer answer) {
    changes_.run(
        [this, account = std::move(account), name = std::move(name),
         edit = std::move(edit)]() mutable -> aws::Outcome<Change> {
            const Role* role = find_role(account, name);
            if (role == nullptr) return std::unexpected(no_such_role(name));
            Role edited = *role;
            if (auto good = edit(edited); !good) return std::unexpected(std::move(good.error()));
            return put_role(std::move(edited));
        },
        std::move(answer));
}

void Directory::delete_role(std::string account, std::string name,
                            std::move_only_function<aws::Outcome<void>(const Role&)> check, Answer answer) {
    changes_.run(
        [this, account = std::move(account), name = std::move(name),
         check = std::move(check)]() mutable -> aws::Outcome<Change> {
            const Role* role = find_role(account, name);
            if (role == nullptr) return std::unexpected(no_such_role(name));
            if (auto good = check(*role); !good) return std::unexpected(std::move(good.error()));
            storage::CatalogChange catalog{.erases = {role_key(account, name)}};
            return Change{std::move(catalog), [this, account, name] { roles_[account].erase(name); }};
        },
        std::move(answer));
}

void Directory::create_user(User user, Answer answer) {
    changes_.run(
        [this, user = std::move(user)]() mutable -> aws::Outcome<Change> {
            if (find_user(user.account, user.name) != nullptr) {
                return std::unexpected(api::iam::entity_already_exists_exception(
                    fmt::format("User with name {} already exists.", user.name)));
            }
            return put_user(std::move(user));
        },
        std::move(answer));
}

void Directory::edit_user(std::string account, std::string name, EditUser edit, Answer answer) {
    changes_.run(
        [this, account = std::move(account), name = std::move(name),
         edit = std::move(edit)]() mutable -> aws::Outcome<Change> {
            const User* user = find_user(account, name);
            if (user == nullptr) return std::unexpected(no_such_user(name));
            User edited = *user;
            if (auto good = edit(edited); !good) return std::unexpected(std::move(good.error()));
            return put_user(std::move(edited));
        },
        std::move(answer));
}

void Directory::delete_user(std::string account, std::string name,
                            std::move_only_function<aws::Outcome<void>(const User&)> check, Answer answer) {
    changes_.run(
        [this, account = std::move(account), name = std::move(name),
         check = std::move(check)]() mutable -> aws::Outcome<Change> {
            const User* user = find_user(account, name);
            if (user == nullptr) return std::unexpected(no_such_user(name));
            if (auto good = check(*user); !good) return std::unexpected(std::move(good.error()));
            storage::CatalogChange catalog{.erases = {user_key(account, name)}};
            return Change{std::move(catalog), [this, account, name] { users_[account].erase(name); }};
        },
        std::move(answer));
}

void Directory::create_policy(ManagedPolicy policy, Answer answer) {
    changes_.run(
        [this, policy = std::move(policy)]() mutable -> aws::Outcome<Change> {
            if (policies(policy.account).contains(policy.name)) {
                return std::unexpected(api::iam::entity_already_exists_exception(fmt::format(
                    "A policy called {} already exists. Duplicate names are not allowed.", policy.name)));
            }
            return put_policy(std::move(policy));
        },
        std::move(answer));
}

void Directory::edit_policy(std::string account, std::string arn, EditPolicy edit, Answer answer) {
    changes_.run(
        [this, account = std::move(account), arn = std::move(arn),
         edit = std::move(edit)]() mutable -> aws::Outcome<Change> {
            const ManagedPolicy* policy = find_policy(account, arn);
            if (policy == nullptr) return std::unexpected(no_such_policy(arn));
            ManagedPolicy edited = *policy;
            if (auto good = edit(edited); !good) return std::unexpected(std::move(good.error()));
            return put_policy(std::move(edited));
        },
        std::move(answer));
}

void Directory::delete_policy(std::string account, std::string arn, Answer answer) {
    changes_.run(
        [this, account = std::move(account), arn = std::move(arn)]() -> aws::Outcome<Change> {
            const ManagedPolicy* policy = find_policy(account, arn);
            if (policy == nullptr) return std::unexpected(not_attached(arn));
            if (attachments(account, arn) + boundaries(account, arn) > 0) {
                return std::unexpected(
                    api::iam::delete_conflict_exception("Cannot delete a policy attached to entities."));
            }
            storage::CatalogChange catalog{.erases = {policy_key(account, policy->name)}};
            return Change{std::move(catalog),
                          [this, account, name = policy->name] { policies_[account].erase(name); }};
        },
        std::move(answer));
}

void Directory::reset() {
    changes_.clear();
    roles_.clear();
    users_.clear();
    policies_.clear();
}

}  // namespace millrace::iam
