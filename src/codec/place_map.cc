#include "codec/place_map.h"

#include <algorithm>

namespace millrace::codec {
namespace {

/// "~1" is '/', "~0" is '~' (RFC 6901, section 4).
std::string unescape(std::string_view token) {
    std::string out;
    out.reserve(token.size());
    for (std::size_t i = 0; i < token.size(); ++i) {
        const std::string_view rest = token.substr(i);
        if (rest.starts_with("~0") || rest.starts_with("~1")) {
            out += rest[1] == '0' ? '~' : '/';
            ++i;
        } else {
            out += token[i];
        }
    }
    return out;
}

}  // namespace

PlaceMap::Id PlaceMap::add(Id parent, std::string_view token, TextPosition position) {
    const auto next = static_cast<Id>(places_.size() + 1);
    return places_.try_emplace({parent, std::string{token}}, Place{position, next}).first->second.id;
}

TextPosition PlaceMap::find(std::string_view pointer) const {
    Place place{root_, kRoot};
    while (pointer.starts_with('/')) {
        pointer.remove_prefix(1);
        const std::string_view token = pointer.substr(0, pointer.find('/'));
        pointer.remove_prefix(token.size());
        const auto child = places_.find({place.id, unescape(token)});
        if (child == places_.end()) break;
        place = child->second;
    }
    return place.position;
}

}  // namespace millrace::codec
