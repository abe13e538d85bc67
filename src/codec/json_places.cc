#include "codec/json_places.h"

#include <fmt/format.h>
#include <set>
#include <vector>

#include "base/utf8.h"
#include "codec/json.h"

namespace millrace::codec {
namespace {

/// Walks over a text known to be JSON, so it need not expect anything but that.
class JsonWalk {
  public:
    explicit JsonWalk(std::string_view text) : rest_(text) {}

    Result<PlaceMap> run() {
        skip_blanks();
        places_.set_root(position_);
        for (; !rest_.empty(); skip_blanks()) {
            const char c = rest_.front();
            if (c == '{' || c == '[') {
                open(c == '{');
            } else if (c == '}' || c == ']') {
                levels_.pop_back();
                skip(1);
            } else if (c == '"') {
                if (auto good = string(); !good) return std::unexpected(good.error());
            } else if (c == ',' || c == ':') {
                separator(c);
            } else {
                enter_item();
                skip(rest_.substr(0, rest_.find_first_of(",]} \t\r\n")).size());
            }
        }
        return std::move(places_);
    }

  private:
    struct Level {
        bool is_object;
        PlaceMap::Id place;
        PlaceMap::Id member = 0;  ///< of the key whose value comes next
        bool expects_key = true;
        std::size_t items = 0;
        std::set<std::string, std::less<>> keys;
    };

    /// The place of the value that begins here.
    PlaceMap::Id enter_item() {
        if (levels_.empty()) return PlaceMap::kRoot;
        Level& level = levels_.back();
        if (level.is_object) return level.member;
        return places_.add(level.place, std::to_string(level.items++), position_);
    }

    void open(bool is_object) {
        const PlaceMap::Id place = enter_item();
        levels_.push_back({is_object, place, 0, true, 0, {}});
        skip(1);
    }

    void separator(char c) {
        if (levels_.back().is_object) levels_.back().expects_key = c == ',';
        skip(1);
    }

    Result<> string() {
        std::size_t end = 1;
        while (rest_[end] != '"') end += rest_[end] == '\\' ? 2 : 1;
        const std::string_view token = rest_.substr(0, end + 1);
        if (!levels_.empty() && levels_.back().is_object && levels_.back().expects_key) {
            Level& level = levels_.back();
            const auto parsed = parse_json(token);
            if (!parsed) return std::unexpected(parsed.error());
            const std::string key{std::string_view{parsed->get_string()}};
            if (!level.keys.insert(key).second) {
                return fail(ErrorCode::kInvalidArgument,
                            fmt::format("duplicate key \"{}\" {}", key, describe_position(position_)));
            }
            level.member = places_.add(level.place, key, position_);
        } else {
            enter_item();
        }
        skip(token.size());
        return {};
    }

    void skip(std::size_t bytes) {
        position_.column += utf8_length(rest_.substr(0, bytes));
        rest_.remove_prefix(bytes);
    }

    void skip_blanks() {
        for (; !rest_.empty(); rest_.remove_prefix(1)) {
            const char c = rest_.front();
            if (c == '\n') {
                position_ = {position_.line + 1, 1};
            } else if (c == ' ' || c == '\t' || c == '\r') {
                ++position_.column;
            } else {
                return;
            }
        }
    }

    std::string_view rest_;
    TextPosition position_;
    PlaceMap places_;
    std::vector<Level> levels_;
};

}  // namespace

Result<PlaceMap> find_json_places(std::string_view json) {
    return JsonWalk{json}.run();
}

}  // namespace millrace::codec
