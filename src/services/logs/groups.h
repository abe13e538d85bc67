#pragma once

#include <functional>
#include <memory>
#include <vector>

#include "aws/error.h"
#include "services/logs/dependencies.h"
#include "services/logs/state.h"
#include "storage/catalog/loose_logs.h"
#include "storage/catalog/serial_changes.h"

namespace millrace::logs {

/// Events for one stream.
struct StreamAppend {
    StreamKey key;
    std::vector<LogEvent> events;
};

/// The state and the only way to change it: each change is decided on settled state, committed, then applied,
/// one after another. Home executor only.
class Groups {
  public:
    using Answer = std::move_only_function<void(aws::Outcome<void>)>;

    explicit Groups(Dependencies dependencies)
        : dependencies_(dependencies),
          loose_(dependencies.catalog, dependencies.logs, "logs/removed/"),
          changes_(dependencies.catalog, aws::to_service_error) {}

    /// Reads the catalog and the totals of every stream. Once, before anything else.
    void load(storage::Done done);

    [[nodiscard]] State& state() { return state_; }
    [[nodiscard]] const Clock& clock() const { return dependencies_.clock; }
    [[nodiscard]] Executor& home() const { return dependencies_.home; }
    [[nodiscard]] storage::LogStore& logs() const { return dependencies_.logs; }

    /// ResourceAlreadyExistsException when it is there.
    void create_group(LogGroup group, Answer answer);
    void delete_group(const aws::Scope& scope, std::string name, Answer answer);
    /// Changes settings of a group; `edit` gets a copy and may refuse.
    void edit_group(const aws::Scope& scope, std::string name,
                    std::move_only_function<aws::Outcome<void>(LogGroup&)> edit, Answer answer);
    void create_stream(StreamKey key, Answer answer);
    void delete_stream(StreamKey key, Answer answer);
    /// Creates what is missing of streams and of their groups.
    void ensure_streams(std::vector<StreamKey> keys, Answer answer);

    /// One append for all the events; the streams must exist and the events of each be within AWS's limits.
    /// The callback runs when they are durable.
    void append(std::vector<StreamAppend> appends, storage::Done done);

    /// Gives back the space of events that retention has let go of.
    void trim_expired();

    /// Forgets everything in memory; calls under way answer nothing more.
    void reset();

  private:
    using Changes = storage::SerialChanges<aws::ServiceError>;
    using Change = Changes::Change;

    struct Loading;

    Result<> load_catalog();
    void load_totals(const StreamKey& key, std::shared_ptr<Loading> loading);
    /// Learns from the oldest entry kept what was trimmed before it.
    void load_oldest(const StreamKey& key, std::shared_ptr<Loading> loading);
    void trim(const StreamKey& key, WallTime oldest);

    Dependencies dependencies_;
    storage::LooseLogs loose_;  ///< of streams that are gone
    State state_;
    Changes changes_;
    /// Callbacks of the store hold it weakly: a reset makes them void.
    std::shared_ptr<int> generation_ = std::make_shared<int>();
};

}  // namespace millrace::logs
