#include "services/iam/holders.h"

#include <algorithm>
#include <utility>

#include "services/iam/properties.h"

namespace millrace::iam {

aws::Outcome<Holders> holders_property(const codec::JsonObject& properties) {
    auto roles = list_property(properties, "Roles");
    if (!roles) return std::unexpected(std::move(roles.error()));
    auto users = list_property(properties, "Users");
    if (!users) return std::unexpected(std::move(users.error()));
    return Holders{std::move(*roles), std::move(*users)};
}

Holders left_behind(const Directory& directory, std::string_view account, Holders before,
                    const Holders& now) {
    std::erase_if(before.roles, [&](const std::string& role) {
        return std::ranges::find(now.roles, role) != now.roles.end() ||
               directory.find_role(account, role) == nullptr;
    });
    std::erase_if(before.users, [&](const std::string& user) {
        return std::ranges::find(now.users, user) != now.users.end() ||
               directory.find_user(account, user) == nullptr;
    });
    return before;
}

void edit_holders(Directory& directory, std::string account, Holders holders, SharedEdit edit,
                  Directory::Answer answer) {
    if (holders.empty()) return answer({});
    const bool is_role = !holders.roles.empty();
    std::vector<std::string>& names = is_role ? holders.roles : holders.users;
    std::string name = std::move(names.back());
    names.pop_back();
    auto next = [&directory, account, holders = std::move(holders), edit,
                 answer = std::move(answer)](aws::Outcome<void> outcome) mutable {
        if (!outcome) return answer(std::move(outcome));
        edit_holders(directory, std::move(account), std::move(holders), std::move(edit), std::move(answer));
    };
    if (is_role) {
        directory.edit_role(
            std::move(account), std::move(name), [edit](Role& role) { return edit->role(role); },
            std::move(next));
    } else {
        directory.edit_user(
            std::move(account), std::move(name), [edit](User& user) { return edit->user(user); },
            std::move(next));
    }
}

}  // namespace millrace::iam
