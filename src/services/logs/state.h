#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>

#include "services/logs/batch.h"
#include "services/logs/names.h"
#include "storage/log_store.h"

namespace millrace::logs {

/// What the events of a stream add up to.
struct StreamTotals {
    WallTime first_event;
    WallTime last_event;
    WallTime last_ingestion;
    std::uint64_t bytes_ever = 0;     ///< counted bytes ever stored
    std::uint64_t bytes_trimmed = 0;  ///< of these, what retention took away
};

struct LogStream {
    std::string name;
    storage::LogId log;
    WallTime created;
    std::optional<StreamTotals> totals = {};  ///< none before the first event
};

struct LogGroup {
    aws::Scope scope;
    std::string name;
    WallTime created;
    std::optional<std::int32_t> retention_days = {};
    std::string kms_key_id = {};
    std::string log_class = "STANDARD";
    std::map<std::string, std::string> tags = {};
    bool deletion_protected = false;
    std::map<std::string, LogStream, std::less<>> streams = {};

    /// Events before this are gone, whether their space was given back already or not.
    [[nodiscard]] std::optional<WallTime> oldest_kept(WallTime now) const;
    [[nodiscard]] std::uint64_t stored_bytes() const;
};

/// Groups and streams as the catalog has them. Pure; pointers hold until the group or stream is removed.
class State {
  public:
    using Groups = std::map<std::string, LogGroup, std::less<>>;

    [[nodiscard]] LogGroup* find_group(const aws::Scope& scope, std::string_view name);
    [[nodiscard]] LogStream* find_stream(const StreamKey& key);
    /// In order of their names.
    [[nodiscard]] const Groups& groups(const aws::Scope& scope) const;
    [[nodiscard]] std::map<aws::Scope, Groups>& all() { return scopes_; }

    /// Puts the group in place of one of the same name, keeping that one's streams.
    void put_group(LogGroup group);
    /// Ignored when the group is not there.
    void put_stream(const StreamKey& key, LogStream stream);
    void remove_group(const aws::Scope& scope, std::string_view name);
    void remove_stream(const StreamKey& key);
    void clear() { scopes_.clear(); }

  private:
    std::map<aws::Scope, Groups> scopes_;
};

// Values in the catalog.
[[nodiscard]] std::string to_catalog_value(const LogGroup& group);
[[nodiscard]] std::string to_catalog_value(const LogStream& stream);
/// kCorruption when the value is not one of these.
[[nodiscard]] Result<LogGroup> parse_group(const StreamKey& key, std::string_view value);
[[nodiscard]] Result<LogStream> parse_stream(const StreamKey& key, std::string_view value);

}  // namespace millrace::logs
