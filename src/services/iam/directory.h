#pragma once

#include <functional>
#include <map>
#include <string>
#include <string_view>

#include "aws/error.h"
#include "services/iam/dependencies.h"
#include "services/iam/entities.h"
#include "storage/catalog/serial_changes.h"

namespace millrace::iam {

/// The roles, users and policies of all accounts, and the only way to change them: each change is decided on
/// settled state, committed, then applied, one after another. Home executor only. Names are looked up within
/// an account.
class Directory {
  public:
    using Answer = std::move_only_function<void(aws::Outcome<void>)>;
    using Roles = std::map<std::string, Role, std::less<>>;
    using Users = std::map<std::string, User, std::less<>>;
    using Policies = std::map<std::string, ManagedPolicy, std::less<>>;
    using EditRole = std::move_only_function<aws::Outcome<void>(Role&)>;
    using EditUser = std::move_only_function<aws::Outcome<void>(User&)>;
    using EditPolicy = std::move_only_function<aws::Outcome<void>(ManagedPolicy&)>;

    explicit Directory(Dependencies dependencies)
        : dependencies_(dependencies), changes_(dependencies.catalog, aws::to_service_error) {}

    /// Reads the catalog. Once, before anything else.
    Result<> load();

    [[nodiscard]] const Clock& clock() const { return dependencies_.clock; }
    [[nodiscard]] Random& random() const { return dependencies_.random; }

    [[nodiscard]] const Role* find_role(std::string_view account, std::string_view name) const;
    [[nodiscard]] const Roles& roles(std::string_view account) const;
    [[nodiscard]] const User* find_user(std::string_view account, std::string_view name) const;
    [[nodiscard]] const Users& users(std::string_view account) const;
    /// nullptr when no user of the account has the access key.
    [[nodiscard]] const User* find_key_owner(std::string_view account, std::string_view key_id) const;
    [[nodiscard]] const ManagedPolicy* find_policy(std::string_view account, std::string_view arn) const;
    [[nodiscard]] const Policies& policies(std::string_view account) const;
    /// Roles and users that the policy is attached to, and those that it bounds.
    [[nodiscard]] std::int32_t attachments(std::string_view account, std::string_view policy_arn) const;
    [[nodiscard]] std::int32_t boundaries(std::string_view account, std::string_view policy_arn) const;
    /// Whether a role may have the policy: one of AWS's own, or one that is here.
    [[nodiscard]] bool is_attachable(std::string_view account, std::string_view policy_arn) const;

    // EntityAlreadyExists and NoSuchEntity come from here; `edit` gets a copy and may refuse.
    void create_role(Role role, Answer answer);
    void edit_role(std::string account, std::string name, EditRole edit, Answer answer);
    /// `check` may refuse.
    void delete_role(std::string account, std::string name,
                     std::move_only_function<aws::Outcome<void>(const Role&)> check, Answer answer);
    void create_user(User user, Answer answer);
    void edit_user(std::string account, std::string name, EditUser edit, Answer answer);
    /// `check` may refuse.
    void delete_user(std::string account, std::string name,
                     std::move_only_function<aws::Outcome<void>(const User&)> check, Answer answer);
    void create_policy(ManagedPolicy policy, Answer answer);
    void edit_policy(std::string account, std::string arn, EditPolicy edit, Answer answer);
    /// DeleteConflict while it is attached.
    void delete_policy(std::string account, std::string arn, Answer answer);

    /// Forgets everything in memory; calls under way answer nothing more.
    void reset();

  private:
    using Changes = storage::SerialChanges<aws::ServiceError>;
    using Change = Changes::Change;

    [[nodiscard]] Change put_role(Role role);
    [[nodiscard]] Change put_user(User user);
    [[nodiscard]] Change put_policy(ManagedPolicy policy);

    Dependencies dependencies_;
    std::map<std::string, Roles, std::less<>> roles_;        ///< by account
    std::map<std::string, Users, std::less<>> users_;        ///< by account
    std::map<std::string, Policies, std::less<>> policies_;  ///< by account, then name
    Changes changes_;
};

}  // namespace millrace::iam
