#pragma once

#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "codec/json.h"
#include "services/iam/directory.h"

namespace millrace::iam {

/// Names of roles and users that have a policy, or are to have it.
struct Holders {
    std::vector<std::string> roles;
    std::vector<std::string> users;

    [[nodiscard]] bool empty() const { return roles.empty() && users.empty(); }
};

/// What Roles and Users of a policy's properties name.
[[nodiscard]] aws::Outcome<Holders> holders_property(const codec::JsonObject& properties);

/// Those of `before` that are not among `now`, as far as they still exist.
[[nodiscard]] Holders left_behind(const Directory& directory, std::string_view account, Holders before,
                                  const Holders& now = {});

/// What is done to each holder.
struct HolderEdit {
    std::function<aws::Outcome<void>(Role&)> role;
    std::function<aws::Outcome<void>(User&)> user;
};
/// By all holders, each edited in its turn.
using SharedEdit = std::shared_ptr<HolderEdit>;

/// `edit` takes a Role& and a User& alike.
template <class Edit>
SharedEdit share_edit(Edit edit) {
    return std::make_shared<HolderEdit>(edit, edit);
}

/// Edits the holders one after another; stops at the first refusal and answers with it. `directory` outlives
/// the call.
void edit_holders(Directory& directory, std::string account, Holders holders, SharedEdit edit,
                  Directory::Answer answer);

}  // namespace millrace::iam
