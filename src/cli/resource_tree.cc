#include "cli/resource_tree.h"

#include <algorithm>
#include <cstddef>
#include <string_view>

#include "base/utf8.h"
#include "cli/failure_cause.h"
#include "cli/stack_view.h"

namespace millrace::cli {

using codec::Json;

struct ResourceTree::Node {
    Node& child(const std::string& logical_id) {
        const auto found = std::ranges::find(
            children, logical_id, [](const auto& node) -> const std::string& { return node->name; });
        if (found != children.end()) return **found;
        children.push_back(std::make_unique<Node>());
        children.back()->name = logical_id;
        return *children.back();
    }
    [[nodiscard]] bool complete() const {
        return status.ends_with("_COMPLETE") &&
               std::ranges::all_of(children, [](const auto& node) { return node->complete(); });
    }

    std::string name, type, status, reason;
    std::string failure;  ///< why it failed, when the newest event does not say it any more
    std::vector<std::unique_ptr<Node>> children;
};

struct ResourceTree::Row {
    /// The node and all below it.
    static void add(const Node& node, std::size_t depth, bool complete_too, std::vector<Row>& into) {
        constexpr std::size_t kIndent = 2;
        if (!complete_too && node.complete()) return;
        into.push_back({std::string(depth * kIndent, ' ') + node.name, &node});
        for (const auto& child : node.children) add(*child, depth + 1, complete_too, into);
    }

    std::string name;
    const Node* node;
};

namespace {

constexpr std::size_t kGap = 2;  ///< between columns
constexpr std::string_view kEllipsis = "…";

/// The text as a part of a line, cut where `room`, in columns of the terminal, ends; takes its columns of it.
std::string take_room(std::string_view text, std::size_t& room) {
    std::string line = without_controls(text);
    std::size_t end = 0;
    while (end < line.size()) {
        const std::size_t bytes = utf8_sequence_length(std::string_view(line).substr(end));
        const bool is_narrow = bytes == 1 || line.compare(end, bytes, kEllipsis) == 0;
        const std::size_t columns = is_narrow ? 1 : 2;  // at most
        if (columns > room) break;
        room -= columns;
        end += bytes;
    }
    line.resize(end);
    return line;
}

std::string padded(const std::string& text, std::size_t width) {
    return text + std::string(width + kGap - utf8_length(text), ' ');
}

/// How wide names may be so that the statuses stand whole behind them.
std::size_t name_room(std::size_t columns, std::size_t status_width) {
    constexpr std::size_t kNameMin = 12;
    return std::max(kNameMin, columns - std::min(columns, status_width + kGap));
}

/// A logical id, which is ASCII, cut in the middle: names that tools make differ at their ends.
std::string shortened(const std::string& name, std::size_t width) {
    if (name.size() <= width) return name;
    const std::size_t tail = width / 2;
    return name.substr(0, width - 1 - tail).append(kEllipsis).append(name, name.size() - tail);
}

}  // namespace

ResourceTree::ResourceTree() : root_(std::make_unique<Node>()) {}
ResourceTree::~ResourceTree() = default;

void ResourceTree::take(const StackPath& path, const Json& event) {
    if (says_nothing_new(event)) return;
    Node* node = root_.get();
    for (const std::string& nested : path) node = &node->child(nested);
    const std::string name = text_at(event, "LogicalResourceId");
    if (!path.empty() || !is_of_stack_itself(event)) node = &node->child(name);
    node->name = name;
    node->type = text_at(event, "ResourceType");
    node->status = text_at(event, "ResourceStatus");
    node->reason = text_at(event, "ResourceStatusReason");
    if (is_failure(event)) node->failure = node->reason;
}

std::vector<std::string> ResourceTree::lines(const Console& console, std::optional<TerminalSize> room) const {
    const std::size_t columns = room ? room->columns : std::string::npos;
    std::vector<std::string> lines;
    if (!cause_.empty()) {
        std::size_t left = columns;
        lines.push_back(console.paint(Colour::kRed, take_room(cause_, left)));
    }

    std::vector<Row> rows;
    Row::add(*root_, 0, true, rows);
    // One line is the cursor's.
    const std::size_t height = room ? room->lines - std::min(room->lines, lines.size() + 1) : rows.size();
    if (rows.size() > height) {
        rows.clear();
        Row::add(*root_, 0, false, rows);
        if (rows.size() > height) rows.erase(rows.begin() + static_cast<std::ptrdiff_t>(height), rows.end());
    }

    std::size_t name_width = 0;
    std::size_t status_width = 0;
    for (const Row& row : rows) {
        name_width = std::max(name_width, utf8_length(row.name));
        status_width = std::max(status_width, row.node->status.size());
    }
    name_width = std::min(name_width, name_room(columns, status_width));
    for (const Row& row : rows) {
        const Node& node = *row.node;
        const std::string& reason = node.reason.empty() ? node.failure : node.reason;
        std::size_t left = columns;
        std::string line = take_room(padded(shortened(row.name, name_width), name_width), left);
        line +=
            console.paint(colour_of_status(node.status), take_room(padded(node.status, status_width), left));
        line += take_room(node.type, left);
        if (!reason.empty()) line += console.paint(Colour::kDim, take_room("  " + reason, left));
        lines.push_back(std::move(line));
    }
    return lines;
}

}  // namespace millrace::cli
