#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <string_view>
#include <utility>

#include "codec/text_position.h"

namespace millrace::codec {

/// Where each value of a document stands in its text: a map entry at its key, a list item at its first
/// character.
class PlaceMap {
  public:
    /// Names a place within this map.
    using Id = std::uint32_t;
    static constexpr Id kRoot = 0;

    void set_root(TextPosition position) { root_ = position; }
    /// Adds the child `token` (a key, or an index in decimal) of `parent`; the first of two equal ones stays.
    Id add(Id parent, std::string_view token, TextPosition position);

    /// `pointer` is a JSON pointer (RFC 6901), "/Resources/Stream/Properties"; "" is the document. What has
    /// no place of its own (it came from an alias, or is not there) has that of the nearest value around it.
    [[nodiscard]] TextPosition find(std::string_view pointer) const;

  private:
    struct Place {
        TextPosition position;
        Id id = kRoot;
    };
    TextPosition root_;
    std::map<std::pair<Id, std::string>, Place> places_;
};

}  // namespace millrace::codec
