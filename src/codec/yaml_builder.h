#pragma once

#include <map>
#include <optional>
#include <string>
#include <vector>
#include <yaml-cpp/eventhandler.h>
#include <yaml-cpp/mark.h>

#include "codec/json.h"
#include "codec/place_map.h"

namespace millrace::codec {

/// Builds a value from the events of yaml-cpp's parser. Throws YAML::ParserException, which is how a handler
/// stops that parser. One document each.
class YamlBuilder final : public YAML::EventHandler {
  public:
    void OnDocumentStart(const YAML::Mark& mark) override;
    void OnDocumentEnd() override {}
    void OnNull(const YAML::Mark& mark, YAML::anchor_t anchor) override;
    void OnAlias(const YAML::Mark& mark, YAML::anchor_t anchor) override;
    void OnScalar(const YAML::Mark& mark, const std::string& tag, YAML::anchor_t anchor,
                  const std::string& text) override;
    void OnSequenceStart(const YAML::Mark& mark, const std::string& tag, YAML::anchor_t anchor,
                         YAML::EmitterStyle::value style) override;
    void OnSequenceEnd() override;
    void OnMapStart(const YAML::Mark& mark, const std::string& tag, YAML::anchor_t anchor,
                    YAML::EmitterStyle::value style) override;
    void OnMapEnd() override;

    [[nodiscard]] Json take_value() { return std::move(root_); }
    [[nodiscard]] PlaceMap take_places() { return std::move(places_); }

  private:
    /// A list or map that has begun and not ended.
    struct Level {
        Json value;
        std::string function;  ///< "Fn::Join" when the value stands under a short tag
        YAML::anchor_t anchor;
        PlaceMap::Id place;
        std::size_t bytes_before;        ///< bytes_ when it began
        std::size_t inner_depth;         ///< of the deepest value in it
        std::optional<std::string> key;  ///< of the entry whose value comes next
        PlaceMap::Id member;             ///< the place of that entry
    };
    struct Anchored {
        Json value;
        std::size_t bytes;
        std::size_t depth;
    };

    [[nodiscard]] bool expects_key() const;
    void add_key(const YAML::Mark& mark, std::string_view key);
    /// The place of the value that begins at the mark.
    PlaceMap::Id enter(const YAML::Mark& mark);
    /// Puts a finished value where it belongs.
    void leave(Json value, std::size_t depth);
    void open(const YAML::Mark& mark, const std::string& tag, YAML::anchor_t anchor, Json value);
    void close();
    void remember(YAML::anchor_t anchor, const Anchored& anchored);
    void count(std::size_t bytes);

    Json root_;
    PlaceMap places_;
    std::vector<Level> levels_;
    std::map<YAML::anchor_t, Anchored> anchors_;
    std::size_t bytes_ = 0;  ///< of the values so far, with aliases written out
    YAML::Mark mark_;        ///< of the newest event, for errors
};

}  // namespace millrace::codec
