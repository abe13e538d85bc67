#include "cli/deployment_progress.h"

#include <algorithm>
#include <cstddef>
#include <cstdlib>
#include <fmt/format.h>
#include <string_view>
#include <utility>
#include <vector>

#include "base/utf8.h"
#include "cli/resource_tree.h"
#include "cli/stack_view.h"

namespace millrace::cli {
namespace {

/// Rows of a terminal that a line takes, which was drawn when the terminal may have been wider.
std::size_t rows_of(std::string_view line, std::size_t columns) {
    std::size_t width = 0;
    for (std::size_t end; (end = line.find("\x1b[")) != std::string_view::npos;) {  // colours
        width += utf8_length(line.substr(0, end));
        line.remove_prefix(std::min(line.find('m', end), line.size() - 1) + 1);
    }
    width += utf8_length(line);
    return std::max<std::size_t>(1, (width + columns - 1) / columns);
}

class LiveTree final : public DeploymentProgress {
  public:
    explicit LiveTree(Console& console) : console_(console) {}
    LiveTree(const LiveTree&) = delete;
    LiveTree& operator=(const LiveTree&) = delete;
    /// What stays is the whole tree.
    ~LiveTree() override {
        if (shown_) draw(tree_.lines(console_));
    }

    void tell(const StackPath& path, const codec::Json& event) override {
        tree_.take(path, event);
        changed_ = true;
    }
    void blame(const std::string& cause) override {
        tree_.blame(cause);
        changed_ = true;
    }
    void pause() override {
        if (!changed_) return;
        changed_ = false;
        auto lines = tree_.lines(console_, console_.size());
        if (lines.empty()) return;  // no room
        draw(lines);
        drawn_ = std::move(lines);
    }

  private:
    void draw(const std::vector<std::string>& lines) {
        std::size_t rows = 0;
        for (const std::string& line : drawn_) rows += rows_of(line, console_.size().columns);
        std::string before = rows == 0 ? "" : fmt::format("\r\x1b[{}A\x1b[J", rows);
        for (const std::string& line : lines) console_.line(std::exchange(before, {}) + line);
        console_.flush();
        shown_ = true;
    }

    Console& console_;
    ResourceTree tree_;
    std::vector<std::string> drawn_;  ///< above the cursor
    bool shown_ = false;
    bool changed_ = false;
};

class EventLines final : public DeploymentProgress {
  public:
    explicit EventLines(Console& console) : console_(console) {}
    void tell(const StackPath& path, const codec::Json& event) override { show_event(console_, path, event); }

  private:
    Console& console_;
};

}  // namespace

std::unique_ptr<DeploymentProgress> make_live_tree(Console& console) {
    return std::make_unique<LiveTree>(console);
}

std::unique_ptr<DeploymentProgress> make_event_lines(Console& console) {
    return std::make_unique<EventLines>(console);
}

bool can_draw(const Console& console) {
    const char* terminal = std::getenv("TERM");
    return console.terminal() && terminal && *terminal && std::string_view(terminal) != "dumb";
}

}  // namespace millrace::cli
