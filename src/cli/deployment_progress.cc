#include "cli/deployment_progress.h"

#include <cstdlib>
#include <fmt/format.h>
#include <string_view>
#include <utility>
#include <vector>

#include "cli/resource_tree.h"
#include "cli/stack_view.h"

namespace millrace::cli {
namespace {

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
        const auto lines = tree_.lines(console_, console_.size());
        draw(lines);
        drawn_ = lines.size();
        changed_ = false;
    }

  private:
    void draw(const std::vector<std::string>& lines) {
        std::string before = drawn_ == 0 ? "" : fmt::format("\r\x1b[{}A\x1b[J", drawn_);
        for (const std::string& line : lines) console_.line(std::exchange(before, {}) + line);
        console_.flush();
        shown_ = true;
    }

    Console& console_;
    ResourceTree tree_;
    std::size_t drawn_ = 0;  ///< lines above the cursor
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
