#include "app/backup_requests.h"

#include <string>
#include <utility>

#include "app/admin_answer.h"
#include "codec/json.h"

namespace millrace::app {
namespace {

constexpr std::string_view kName = "backup";
constexpr std::string_view kHeader = "X-Millrace";

http::Response refusal(const Error& error) {
    switch (error.code) {
        case ErrorCode::kNotFound:
            return message_answer(404, error.message);
        case ErrorCode::kResourceExhausted:
            return message_answer(409, error.message);
        default:
            return message_answer(500, error.message);
    }
}

std::string described(const Backups::Snapshot& snapshot) {
    std::uint64_t bytes = 0;
    codec::JsonArray files;
    files.reserve(snapshot.files.size());
    for (const files::SnapshotFile& file : snapshot.files) {
        bytes += file.bytes;
        files.push_back(codec::JsonObject{{"name", file.name}, {"bytes", file.bytes}});
    }
    return codec::to_json(codec::JsonObject{{"id", snapshot.id},
                                            {"directory", snapshot.directory},
                                            {"files", std::move(files)},
                                            {"bytes", bytes}});
}

}  // namespace

bool BackupRequests::owns(std::string_view path) {
    return path == kName || (path.starts_with(kName) && path.substr(kName.size()).starts_with('/'));
}

void BackupRequests::handle(const http::Request& request, std::string_view path, http::Respond respond) {
    if (request.headers.get(kHeader) != kName) {
        return respond(message_answer(403,
                                      "a backup is asked for with the header \"X-Millrace: backup\", which "
                                      "a web page cannot send; \"millrace backup\" does it"));
    }
    const std::string_view id = path.substr(std::min(path.size(), kName.size() + 1));
    if (request.method == "POST" && path == kName) return begin(std::move(respond));
    if (request.method == "POST") {
        const auto kept = backups_.keep(std::string(id));
        return respond(kept ? json_answer(200, "{}") : refusal(kept.error()));
    }
    if (request.method == "DELETE" && path != kName) return end(id, std::move(respond));
    respond(message_answer(405, "a backup begins with POST and ends with DELETE"));
}

void BackupRequests::begin(http::Respond respond) {
    backups_.begin([respond = std::move(respond)](Result<Backups::Snapshot> snapshot) mutable {
        respond(snapshot ? json_answer(200, described(*snapshot)) : refusal(snapshot.error()));
    });
}

void BackupRequests::end(std::string_view id, http::Respond respond) {
    backups_.end(std::string(id), [respond = std::move(respond)](const Result<>& ended) mutable {
        respond(ended ? json_answer(200, "{}") : refusal(ended.error()));
    });
}

}  // namespace millrace::app
