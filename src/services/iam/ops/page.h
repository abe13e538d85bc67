#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "services/iam/entities.h"

namespace millrace::iam {

/// Part of a listing. The marker is the name of the last item shown.
template <class Item>
struct ListPage {
    std::vector<const Item*> items;
    std::optional<std::string> marker;

    /// Into an output's IsTruncated and Marker.
    template <class Output>
    void describe(Output& output) const {
        output.is_truncated = marker.has_value();
        output.marker = marker;
    }
};

template <class First, class Second>
const First& name_of(const std::pair<const First, Second>& entry) {
    return entry.first;
}
inline const std::string& name_of(const std::string& entry) {
    return entry;
}

/// The items of a map or set that the request, with its Marker and MaxItems, is to see.
template <class Container, class Input, class Predicate>
auto take_page(const Container& all, const Input& input, Predicate is_asked_for) {
    ListPage<typename Container::value_type> page;
    const auto limit =
        static_cast<std::size_t>(input.max_items.value_or(static_cast<int>(kPageItemsDefault)));
    for (auto at = input.marker ? all.upper_bound(*input.marker) : all.begin(); at != all.end(); ++at) {
        if (!is_asked_for(*at)) continue;
        if (page.items.size() == limit) {
            page.marker = name_of(*page.items.back());
            break;
        }
        page.items.push_back(&*at);
    }
    return page;
}

}  // namespace millrace::iam
