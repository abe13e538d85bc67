#pragma once

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <utility>
#include <vector>

namespace millrace::lambda {

/// A page of a list: the items behind the marker, which is the key of the last item of the page before,
/// whether that is still there or not.
template <class Item>
struct Page {
    std::vector<Item> items;
    std::optional<std::string> next_marker;
};

/// `key_of` gives the keys, by which the items are in order.
template <class Item, class KeyOf>
Page<Item> page_of(std::vector<Item> all, const std::optional<std::string>& marker,
                   const std::optional<std::int32_t>& max_items, std::size_t most, KeyOf key_of) {
    const auto begin =
        marker && !marker->empty() ? std::ranges::upper_bound(all, *marker, {}, key_of) : all.begin();
    const auto asked = static_cast<std::size_t>(max_items.value_or(static_cast<std::int32_t>(most)));
    const auto there = static_cast<std::size_t>(all.end() - begin);
    const std::size_t size = std::min({asked, most, there});
    const auto end = begin + static_cast<std::ptrdiff_t>(size);
    Page<Item> page;
    if (there > size && size > 0) page.next_marker = key_of(*(end - 1));
    page.items.assign(std::make_move_iterator(begin), std::make_move_iterator(end));
    return page;
}

}  // namespace millrace::lambda
