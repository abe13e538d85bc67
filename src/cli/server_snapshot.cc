#include "cli/server_snapshot.h"

#include <utility>

namespace millrace::cli {
namespace {

using codec::Json;

/// Far less than the server keeps what nobody asks for.
constexpr std::chrono::minutes kAskEvery{1};

std::unexpected<ApiError> no_snapshot(const std::string& why) {
    return std::unexpected(ApiError{.code = {}, .message = "the server's answer is no snapshot: " + why});
}

/// "journal/0.segment", but not "/journal", "a//b", "../a".
bool stays_below(std::string_view name) {
    for (;;) {
        const std::size_t slash = name.find('/');
        const std::string_view part = name.substr(0, slash);
        if (part.empty() || part == "." || part == "..") return false;
        if (slash == std::string_view::npos) return true;
        name.remove_prefix(slash + 1);
    }
}

}  // namespace

Answer<SnapshotDescription> read_snapshot_description(const Json& answer) {
    SnapshotDescription description{
        .id = text_at(answer, "id"), .directory = text_at(answer, "directory"), .files = {}};
    if (!stays_below(description.id)) return no_snapshot("it has no id");
    if (!description.directory.starts_with('/')) return no_snapshot("it has no directory");
    for (const Json& file : list_at(answer, "files")) {
        const std::string name = text_at(file, "name");
        if (!stays_below(name)) return no_snapshot("a file is named \"" + name + "\"");
        const auto* members = file.if_object();
        const Json* bytes = members ? members->if_contains("bytes") : nullptr;
        boost::system::error_code wrong;
        const auto size = bytes ? bytes->to_number<std::uint64_t>(wrong) : 0;
        if (!bytes || wrong) return no_snapshot("the file " + name + " has no size");
        description.files.push_back({name, size});
        description.bytes += size;
    }
    if (description.files.empty()) return no_snapshot("it has no files");
    return description;
}

Answer<std::unique_ptr<ServerSnapshot>> ServerSnapshot::begin(Api& api) {
    const auto answer = api.millrace("backup", "POST", "backup");
    if (!answer) return std::unexpected(answer.error());
    auto description = read_snapshot_description(*answer);
    if (!description) return std::unexpected(std::move(description.error()));
    return std::unique_ptr<ServerSnapshot>(new ServerSnapshot(api, std::move(*description)));
}

ServerSnapshot::ServerSnapshot(Api& api, SnapshotDescription description)
    : api_(api), description_(std::move(description)) {}

ServerSnapshot::~ServerSnapshot() {
    static_cast<void>(end());
}

void ServerSnapshot::keep() {
    const auto now = std::chrono::steady_clock::now();
    if (now - asked_ < kAskEvery) return;
    asked_ = now;
    // Whether the server still answers does not matter: the files say whether they are still there.
    static_cast<void>(api_.millrace("backup", "POST", path()));
}

Answer<void> ServerSnapshot::end() {
    if (std::exchange(ended_, true)) return {};
    const auto answer = api_.millrace("backup", "DELETE", path());
    if (!answer && answer.error().code != "HTTP 404") return std::unexpected(answer.error());
    return {};
}

}  // namespace millrace::cli
