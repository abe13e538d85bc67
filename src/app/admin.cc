#include "app/admin.h"

#include <string_view>
#include <utility>

#include "app/admin_answer.h"
#include "base/log.h"

namespace millrace::app {
namespace {

constexpr std::string_view kPrefix = "/_millrace/";

}  // namespace

bool Admin::owns(const http::Request& request) {
    return request.target.starts_with(kPrefix);
}

void Admin::handle(const http::Request& request, http::Respond respond) {
    const std::string_view path = std::string_view{request.target}.substr(kPrefix.size());
    if (path == "health" && (request.method == "GET" || request.method == "HEAD")) return respond(health());
    if (path == "reset" && request.method == "POST") return reset(std::move(respond));
    if (BackupRequests::owns(path)) return backups_.handle(request, path, std::move(respond));
    if (CallbackRequests::owns(path)) return callbacks_.handle(request, path, std::move(respond));
    if (path == "faults") return respond(faults_.handle(request));
    respond(message_answer(404,
                           "Millrace answers GET /_millrace/health, GET /_millrace/faults, POST "
                           "/_millrace/reset and POST /_millrace/backup here"));
}

http::Response Admin::health() const {
    const storage::Health storage = house_.storage_health();
    std::string body = R"({"status":)";
    append_json_string(body, storage.state == storage::JournalState::kHealthy ? "ok" : "read-only");
    body += R"(,"version":)";
    append_json_string(body, MILLRACE_VERSION);
    body += R"(,"account":)";
    append_json_string(body, account_);
    body += R"(,"region":)";
    append_json_string(body, region_);
    if (!storage.reason.empty()) {
        body += R"(,"storage":)";
        append_json_string(body, storage.reason);
    }
    const storage::Journal::Stats stats = house_.storage_stats();
    if (!stats.read_failure.empty()) {
        body += R"(,"reads":)";
        append_json_string(body, stats.read_failure);
    }
    if (!stats.archive_failure.empty()) {
        body += R"(,"archive":)";
        append_json_string(body, stats.archive_failure);
    }
    return json_answer(200, body + "}");
}

void Admin::reset(http::Respond respond) {
    if (!allow_reset_) {
        return respond(
            message_answer(403, "reset is off; start millrace with --allow-reset to switch it on"));
    }
    house_.reset([respond = std::move(respond)](Result<> done) mutable {
        respond(done ? json_answer(200, R"({"status":"empty"})") : message_answer(500, done.error().message));
    });
}

}  // namespace millrace::app
