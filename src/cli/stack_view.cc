#include "cli/stack_view.h"

#include <fmt/format.h>

#include "cli/api.h"
#include "codec/timestamp.h"

namespace millrace::cli {

bool says_nothing_new(const codec::Json& event) {
    return text_at(event, "ResourceStatus") == "CREATE_IN_PROGRESS" &&
           text_at(event, "ResourceStatusReason") == "Resource creation Initiated";
}

void show_event(Console& console, const StackPath& path, const codec::Json& event) {
    constexpr std::size_t kStatusWidth = 28;
    constexpr std::size_t kTypeWidth = 34;
    if (says_nothing_new(event)) return;
    const std::string status = text_at(event, "ResourceStatus");
    const std::string reason = text_at(event, "ResourceStatusReason");
    const auto time = codec::parse_iso8601(text_at(event, "Timestamp"));
    std::string line = time ? clock_time(*time) : std::string();
    line += "  " + console.paint(colour_of_status(status), fmt::format("{:<{}}", status, kStatusWidth));
    line += fmt::format("  {:<{}}  ", text_at(event, "ResourceType"), kTypeWidth);
    for (const std::string& nested : path) line += nested + ".";
    line += text_at(event, "LogicalResourceId");
    if (!reason.empty()) line += "  " + console.paint(Colour::kDim, without_controls(reason));
    console.line(line);
    console.flush();
}

void show_outputs(Console& console, const codec::Json& stack) {
    const auto& outputs = list_at(stack, "Outputs");
    if (outputs.empty()) return;
    std::vector<std::vector<std::string>> rows{{"OUTPUT", "VALUE", "DESCRIPTION"}};
    for (const auto& output : outputs) {
        rows.push_back(
            {text_at(output, "OutputKey"), text_at(output, "OutputValue"), text_at(output, "Description")});
    }
    console.line("");
    console.table(rows);
}

void show_resources(Console& console, const codec::JsonArray& resources) {
    std::vector<std::vector<std::string>> rows{{"RESOURCE", "TYPE", "STATUS", "PHYSICAL ID"}};
    for (const auto& resource : resources) {
        rows.push_back({text_at(resource, "LogicalResourceId"), text_at(resource, "ResourceType"),
                        text_at(resource, "ResourceStatus"), text_at(resource, "PhysicalResourceId")});
    }
    console.line("");
    console.table(rows);
}

}  // namespace millrace::cli
