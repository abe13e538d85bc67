#include "services/iam/resources.h"

#include <utility>

#include "services/iam/managed_policy_resource.h"
#include "services/iam/policy_resource.h"
#include "services/iam/role_resource.h"
#include "services/iam/user_resource.h"

namespace millrace::iam {
namespace {

constexpr std::string_view kRoleType = "AWS::IAM::Role";
constexpr std::string_view kUserType = "AWS::IAM::User";
constexpr std::string_view kAccessKeyType = "AWS::IAM::AccessKey";
constexpr std::string_view kPolicyType = "AWS::IAM::Policy";
constexpr std::string_view kManagedPolicyType = "AWS::IAM::ManagedPolicy";

bool is_single_policy(std::string_view type) {
    return type == "AWS::IAM::RolePolicy" || type == "AWS::IAM::UserPolicy";
}

}  // namespace

std::vector<ports::ResourceTypeModel> Resources::resource_types() const {
    return {role_model(),        user_model(),        access_key_model(),    policy_model(),
            role_policy_model(), user_policy_model(), managed_policy_model()};
}

void Resources::create(ports::ResourceRequest request, ports::ResourceDone done) {
    if (request.type == kRoleType) return create_role_resource(directory_, request, std::move(done));
    if (request.type == kUserType) return create_user_resource(directory_, request, std::move(done));
    if (request.type == kAccessKeyType)
        return create_access_key_resource(directory_, request, std::move(done));
    if (request.type == kPolicyType) return create_policy_resource(directory_, request, std::move(done));
    if (is_single_policy(request.type))
        return put_single_policy_resource(directory_, request, std::move(done));
    create_managed_policy_resource(directory_, request, std::move(done));
}

void Resources::update(ports::ResourceRequest request, std::string physical_id, boost::json::object previous,
                       ports::ResourceDone done) {
    if (request.type == kRoleType)
        return update_role_resource(directory_, request, physical_id, previous, std::move(done));
    if (request.type == kUserType)
        return update_user_resource(directory_, request, physical_id, previous, std::move(done));
    if (request.type == kAccessKeyType)
        return update_access_key_resource(directory_, request, physical_id, std::move(done));
    if (request.type == kPolicyType) {
        return update_policy_resource(directory_, request, physical_id, previous, std::move(done));
    }
    if (is_single_policy(request.type))
        return put_single_policy_resource(directory_, request, std::move(done));
    update_managed_policy_resource(directory_, request, physical_id, previous, std::move(done));
}

std::string Resources::find_unanswered(const ports::ResourceRequest& request) const {
    const std::string& account = request.context.scope.account;
    if (request.type == kRoleType) {
        std::string name = ports::name_in(request, "RoleName");
        const Role* role = directory_.find_role(account, name);
        return role != nullptr && ports::made_since(role->created, request) ? name : std::string();
    }
    if (request.type == kUserType) {
        std::string name = ports::name_in(request, "UserName");
        const User* user = directory_.find_user(account, name);
        return user != nullptr && ports::made_since(user->created, request) ? name : std::string();
    }
    if (request.type == kManagedPolicyType) {
        std::string arn = ManagedPolicy{
            .account = account,
            .name = ports::name_in(request, "ManagedPolicyName"),
            .path = ports::text_in(request, "Path", "/"),
            .id = {},
            .created = {},
            .updated = {},
            .document = {}}.arn();
        const ManagedPolicy* policy = directory_.find_policy(account, arn);
        return policy != nullptr && ports::made_since(policy->created, request) ? arn : std::string();
    }
    return request.generated_name;
}

void Resources::remove(ports::ResourceRequest request, std::string physical_id, ports::ResourceRemoved done) {
    // What is gone already counts as removed.
    auto removed = [done = std::move(done)](aws::Outcome<void> outcome) mutable {
        if (!outcome && outcome.error().code == "NoSuchEntityException") outcome = {};
        done(std::move(outcome));
    };
    if (request.type == kRoleType)
        return remove_role_resource(directory_, request, physical_id, std::move(removed));
    if (request.type == kUserType)
        return remove_user_resource(directory_, request, physical_id, std::move(removed));
    if (request.type == kAccessKeyType)
        return remove_access_key_resource(directory_, request, physical_id, std::move(removed));
    if (request.type == kPolicyType) return remove_policy_resource(directory_, request, std::move(removed));
    if (is_single_policy(request.type))
        return remove_single_policy_resource(directory_, request, std::move(removed));
    remove_managed_policy_resource(directory_, request, physical_id, std::move(removed));
}

void Resources::read(ports::ResourceRequest request, std::string physical_id, ports::ResourceRead done) {
    done(live_role(directory_, request, physical_id));
}

}  // namespace millrace::iam
