#pragma once

#include <algorithm>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "aws/error.h"

namespace millrace::cloudformation {

/// Items in one answer of a listing.
inline constexpr std::size_t kPageItems = 100;

/// Opaque text that names the last item listed.
[[nodiscard]] std::string make_next_token(std::string_view last_key);
[[nodiscard]] aws::Outcome<std::string> read_next_token(std::string_view token);

template <class Item>
struct Page {
    std::vector<Item> items;
    std::optional<std::string> next_token;
};

/// The items that follow the one the token names. `key_of` tells an item's unique key. A token whose item is
/// gone is refused as invalid.
template <class Item, class KeyOf>
[[nodiscard]] aws::Outcome<Page<Item>> take_page(const std::vector<Item>& all,
                                                 const std::optional<std::string>& token, KeyOf key_of) {
    auto from = all.begin();
    if (token) {
        auto last = read_next_token(*token);
        if (!last) return std::unexpected(last.error());
        from = std::ranges::find_if(all, [&](const Item& item) { return key_of(item) == *last; });
        if (from == all.end()) return std::unexpected(read_next_token({}).error());
        ++from;
    }
    const auto count = std::min<std::ptrdiff_t>(all.end() - from, kPageItems);
    Page<Item> page{std::vector<Item>(from, from + count), std::nullopt};
    if (from + count != all.end()) page.next_token = make_next_token(key_of(page.items.back()));
    return page;
}

}  // namespace millrace::cloudformation
