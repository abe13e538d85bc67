#pragma once

#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "services/iam/directory.h"

namespace millrace::iam {

using SharedEdit = std::shared_ptr<std::function<aws::Outcome<void>(Role&)>>;

/// Edits the roles one after another; stops at the first refusal and answers with it. `directory` outlives
/// the call.
void edit_roles(Directory& directory, std::string account, std::vector<std::string> names, SharedEdit edit,
                Directory::Answer answer);

template <class Edit>
SharedEdit share_edit(Edit edit) {
    return std::make_shared<std::function<aws::Outcome<void>(Role&)>>(std::move(edit));
}

}  // namespace millrace::iam
