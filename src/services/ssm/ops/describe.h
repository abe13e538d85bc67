#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "api/ssm.h"
#include "services/ssm/names.h"

namespace millrace::ssm {

/// A parameter as the answers of the Get operations show it.
[[nodiscard]] api::ssm::Parameter describe(const Parameter& parameter, const std::string& selector = {});

/// Replies to a change with the output once it is durable.
template <class Output>
Parameters::Answer answer_with(std::move_only_function<void(aws::Outcome<Output>)> reply,
                               std::type_identity_t<Output> output) {
    return [reply = std::move(reply), output = std::move(output)](aws::Outcome<void> outcome) mutable {
        if (!outcome) return reply(std::unexpected(std::move(outcome.error())));
        reply(std::move(output));
    };
}

/// Part of a listing. The token is the name of the last one shown.
struct Page {
    std::vector<const Parameter*> items;
    std::optional<std::string> next;
};

template <class Predicate>
Page take_page(const Parameters::ByName& all, const std::optional<std::string>& token, std::size_t limit,
               Predicate is_asked_for) {
    Page page;
    for (auto at = token ? all.upper_bound(*token) : all.begin(); at != all.end(); ++at) {
        if (!is_asked_for(at->second)) continue;
        if (page.items.size() == limit) {
            page.next = page.items.back()->name;
            break;
        }
        page.items.push_back(&at->second);
    }
    return page;
}

/// For the operations on tags: the name of the parameter, or what they say to other resources.
[[nodiscard]] aws::Outcome<std::string> tagged_parameter(const Parameters& parameters,
                                                         const aws::Scope& scope, const std::string& type,
                                                         const std::string& id);

}  // namespace millrace::ssm
