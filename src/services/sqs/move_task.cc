#include "services/sqs/move_task.h"

#include <algorithm>
#include <array>
#include <limits>

#include "codec/base64.h"
#include "codec/json.h"

namespace millrace::sqs {
namespace {

constexpr std::int64_t kVersion = 1;
constexpr std::array<std::string_view, 5> kStatuses = {"RUNNING", "COMPLETED", "CANCELLING", "CANCELLED",
                                                       "FAILED"};

/// Reads members of the kind expected; ok() tells whether all were.
class Members {
  public:
    explicit Members(const codec::Json& value) : object_(value.if_object()), ok_(object_ != nullptr) {}

    std::string text(std::string_view name) {
        const auto* member = find(name);
        const auto* text = member == nullptr ? nullptr : member->if_string();
        ok_ = ok_ && text != nullptr;
        return text == nullptr ? "" : std::string(*text);
    }
    std::int64_t integer(std::string_view name, std::int64_t max = std::numeric_limits<std::int64_t>::max()) {
        const auto* member = find(name);
        const auto* number = member == nullptr ? nullptr : member->if_int64();
        ok_ = ok_ && number != nullptr && *number >= 0 && *number <= max;
        return ok_ ? *number : 0;
    }
    [[nodiscard]] bool ok() const { return ok_; }

  private:
    [[nodiscard]] const codec::Json* find(std::string_view name) const {
        return object_ == nullptr ? nullptr : object_->if_contains(name);
    }

    const codec::JsonObject* object_;
    bool ok_;
};

codec::JsonObject object_of(const MoveTask& task) {
    return {{"id", task.id},
            {"destination", task.destination_arn},
            {"rate", task.rate.value_or(0)},
            {"toMove", static_cast<std::int64_t>(task.to_move)},
            {"moved", static_cast<std::int64_t>(task.moved)},
            {"started", to_millis(task.started)},
            {"status", status_text(task.status)},
            {"failure", task.failure}};
}

std::optional<MoveTask> task_of(const codec::Json& value) {
    Members members(value);
    MoveTask task{.id = members.text("id"), .destination_arn = members.text("destination")};
    const std::int64_t rate = members.integer("rate", std::numeric_limits<std::int32_t>::max());
    if (rate > 0) task.rate = static_cast<std::int32_t>(rate);
    task.to_move = static_cast<std::uint64_t>(members.integer("toMove"));
    task.moved = static_cast<std::uint64_t>(members.integer("moved"));
    task.started = from_millis(members.integer("started"));
    task.failure = members.text("failure");
    const auto* const status = std::ranges::find(kStatuses, members.text("status"));
    if (!members.ok() || status == kStatuses.end()) return std::nullopt;
    task.status = static_cast<MoveTask::Status>(status - kStatuses.begin());
    return task;
}

}  // namespace

bool is_active(const MoveTask& task) {
    return task.status == MoveTask::Status::kRunning || task.status == MoveTask::Status::kCancelling;
}

std::string_view status_text(MoveTask::Status status) {
    return kStatuses[static_cast<std::size_t>(status)];
}

std::string encode_move_tasks(const std::vector<MoveTask>& tasks) {
    codec::JsonArray list;
    for (const MoveTask& task : tasks) list.push_back(object_of(task));
    return codec::to_json(codec::JsonObject{{"version", kVersion}, {"tasks", std::move(list)}});
}

Result<std::vector<MoveTask>> parse_move_tasks(std::string_view value) {
    const auto corrupt = [] {
        return fail(ErrorCode::kCorruption, "the catalog's entry is not a queue's message move tasks");
    };
    const auto document = codec::parse_json(value);
    if (!document || Members(*document).integer("version") != kVersion) return corrupt();
    const codec::Json* member = document->get_object().if_contains("tasks");
    const auto* list = member == nullptr ? nullptr : member->if_array();
    if (list == nullptr) return corrupt();
    std::vector<MoveTask> tasks;
    for (const codec::Json& item : *list) {
        auto task = task_of(item);
        if (!task) return corrupt();
        tasks.push_back(std::move(*task));
    }
    return tasks;
}

std::string encode_task_handle(const TaskHandle& handle) {
    return codec::base64_encode(
        codec::to_json(codec::JsonObject{{"taskId", handle.task_id}, {"sourceArn", handle.source_arn}}));
}

std::optional<TaskHandle> parse_task_handle(std::string_view text) {
    const auto decoded = codec::base64_decode(text);
    if (!decoded) return std::nullopt;
    const auto document = codec::parse_json(*decoded);
    if (!document) return std::nullopt;
    Members members(*document);
    TaskHandle handle{members.text("taskId"), members.text("sourceArn")};
    if (!members.ok()) return std::nullopt;
    return handle;
}

}  // namespace millrace::sqs
