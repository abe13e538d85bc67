#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/error.h"
#include "base/time.h"

namespace millrace::sqs {

/// A message move task: StartMessageMoveTask and what became of it.
struct MoveTask {
    enum class Status : std::uint8_t { kRunning, kCompleted, kCancelling, kCancelled, kFailed };

    std::string id;                         ///< a UUID
    std::string destination_arn = {};       ///< empty: to the queues that gave up on the messages
    std::optional<std::int32_t> rate = {};  ///< messages a second, when it was asked for
    std::uint64_t to_move = 0;              ///< messages that were there at the start
    std::uint64_t moved = 0;
    WallTime started{};
    Status status = Status::kRunning;
    std::string failure = {};  ///< why it failed

    friend bool operator==(const MoveTask&, const MoveTask&) = default;
};

/// Running, or on its way to being cancelled?
[[nodiscard]] bool is_active(const MoveTask& task);
/// "RUNNING", ...
[[nodiscard]] std::string_view status_text(MoveTask::Status status);

/// The tasks of one queue as the catalog keeps them, newest first:
/// {"version":1,"tasks":[{"id":...,"destination":...,"rate":...,"toMove":...,"moved":...,"started":<ms>,
/// "status":"RUNNING","failure":...},...]}
[[nodiscard]] std::string encode_move_tasks(const std::vector<MoveTask>& tasks);
/// Error kCorruption for what encode_move_tasks() did not write.
[[nodiscard]] Result<std::vector<MoveTask>> parse_move_tasks(std::string_view value);

/// What a TaskHandle says: opaque base64 of {"taskId":...,"sourceArn":...}.
struct TaskHandle {
    std::string task_id;
    std::string source_arn;
    friend bool operator==(const TaskHandle&, const TaskHandle&) = default;
};
[[nodiscard]] std::string encode_task_handle(const TaskHandle& handle);
/// Empty for what is no handle.
[[nodiscard]] std::optional<TaskHandle> parse_task_handle(std::string_view text);

}  // namespace millrace::sqs
