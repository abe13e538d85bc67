#include "services/iam/edit_roles.h"

#include <utility>

namespace millrace::iam {

void edit_roles(Directory& directory, std::string account, std::vector<std::string> names, SharedEdit edit,
                Directory::Answer answer) {
    if (names.empty()) return answer({});
    std::string name = std::move(names.back());
    names.pop_back();
    auto next = [&directory, account, names = std::move(names), edit,
                 answer = std::move(answer)](aws::Outcome<void> outcome) mutable {
        if (!outcome) return answer(std::move(outcome));
        edit_roles(directory, std::move(account), std::move(names), std::move(edit), std::move(answer));
    };
    directory.edit_role(
        std::move(account), std::move(name), [edit](Role& role) { return (*edit)(role); }, std::move(next));
}

}  // namespace millrace::iam
