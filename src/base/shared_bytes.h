#pragma once

#include <memory>
#include <string>
#include <string_view>
#include <utility>

namespace millrace {

/// Immutable bytes with shared ownership: a record travels from the log's buffer to the socket without a
/// copy. A slice keeps the whole buffer alive. Safe to hand to another thread.
class SharedBytes {
  public:
    SharedBytes() = default;
    explicit SharedBytes(std::string bytes) {
        auto owner = std::make_shared<const std::string>(std::move(bytes));
        view_ = *owner;
        owner_ = std::move(owner);
    }
    /// The view must lie in what the owner keeps alive.
    SharedBytes(std::shared_ptr<const void> owner, std::string_view view)
        : owner_(std::move(owner)), view_(view) {}

    [[nodiscard]] std::string_view view() const { return view_; }
    [[nodiscard]] std::size_t size() const { return view_.size(); }
    [[nodiscard]] SharedBytes slice(std::size_t from, std::size_t length = std::string_view::npos) const {
        return {owner_, view_.substr(from, length)};
    }
    /// The part must lie in view().
    [[nodiscard]] SharedBytes slice(std::string_view part) const { return {owner_, part}; }
    friend bool operator==(const SharedBytes& a, const SharedBytes& b) { return a.view_ == b.view_; }

  private:
    std::shared_ptr<const void> owner_;
    std::string_view view_;
};

}  // namespace millrace
