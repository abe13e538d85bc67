#include <algorithm>
#include <thread>
#include <utility>

#include "base/utf8.h"
#include "cli/commands/commands.h"
#include "cli/history_options.h"
#include "cli/session.h"
#include "codec/base64.h"
#include "codec/timestamp.h"

namespace millrace::cli {
namespace {

using codec::Json;
using codec::JsonObject;

/// GetRecords may be called five times a second and shard.
constexpr Milliseconds kPollEvery{200};

struct Shard {
    std::string id;
    std::string iterator;  ///< empty: read to its end
    bool at_tip = false;
};

class Tail final : public Command {
  public:
    [[nodiscard]] const char* name() const override { return "tail"; }
    [[nodiscard]] const char* summary() const override { return "print the records of a stream"; }
    [[nodiscard]] const char* examples() const override {
        return "  millrace tail events\n"
               "  millrace tail events --follow --since 0s     # only what comes from now on\n"
               "  millrace tail events --json | jq -r .Data";
    }
    void declare(Arguments& arguments) override {
        arguments.positional("STREAM", stream_, "its name");
        history_.declare(arguments);
    }
    int run(Session& session) override {
        const auto from = history_.from(SystemClock().now());
        if (!from) return session.misused(from.error().message);
        from_ = *from;
        if (const auto opened = open_shards(session); !opened) return session.fail(opened.error());
        for (;;) {
            bool behind = false;
            for (Shard& shard : shards_) {
                if (shard.iterator.empty() || (shard.at_tip && !history_.follow)) continue;
                const auto read = show_new(session, shard);
                if (!read) return session.fail(read.error());
                behind |= !shard.at_tip && !shard.iterator.empty();
            }
            const auto opened = open_children(session);
            if (!opened) return session.fail(opened.error());
            behind |= *opened;
            session.console.flush();
            if (!behind && !history_.follow) return 0;
            if (!behind || std::exchange(throttled_, false)) std::this_thread::sleep_for(kPollEvery);
        }
    }

  private:
    Answer<void> open_shards(Session& session) {
        std::string token;
        do {
            const JsonObject input =
                token.empty() ? JsonObject{{"StreamName", stream_}} : JsonObject{{"NextToken", token}};
            const auto answer = session.api.kinesis("ListShards", input);
            if (!answer) return std::unexpected(answer.error());
            for (const Json& shard : list_at(*answer, "Shards")) {
                const auto opened = open_shard(session, text_at(shard, "ShardId"));
                if (!opened) return opened;
            }
            token = text_at(*answer, "NextToken");
        } while (!token.empty());
        return {};
    }

    Answer<void> open_shard(Session& session, const std::string& id) {
        JsonObject input{{"StreamName", stream_}, {"ShardId", id}};
        input["ShardIteratorType"] = from_ ? "AT_TIMESTAMP" : "TRIM_HORIZON";
        if (from_) input["Timestamp"] = codec::to_epoch_seconds(*from_);
        const auto answer = session.api.kinesis("GetShardIterator", input);
        if (!answer) return std::unexpected(answer.error());
        shards_.push_back({.id = id, .iterator = text_at(*answer, "ShardIterator")});
        return {};
    }

    /// Those that shards read to their end were split or merged into, and that were not listed at the start.
    /// Whether there were any.
    Answer<bool> open_children(Session& session) {
        bool opened_any = false;
        for (const std::string& id : std::exchange(children_, {})) {
            const auto is_it = [&](const Shard& shard) { return shard.id == id; };
            if (std::any_of(shards_.begin(), shards_.end(), is_it)) continue;
            if (const auto opened = open_shard(session, id); !opened) return std::unexpected(opened.error());
            opened_any = true;
        }
        return opened_any;
    }

    Answer<void> show_new(Session& session, Shard& shard) {
        const auto answer = session.api.kinesis("GetRecords", {{"ShardIterator", shard.iterator}});
        if (!answer && answer.error().code == "ProvisionedThroughputExceededException") {
            throttled_ = true;
            return {};
        }
        if (!answer) return std::unexpected(answer.error());
        for (const Json& record : list_at(*answer, "Records")) show(session, shard, record);
        shard.iterator = text_at(*answer, "NextShardIterator");
        shard.at_tip = text_at(*answer, "MillisBehindLatest") == "0";
        for (const Json& child : list_at(*answer, "ChildShards"))
            children_.push_back(text_at(child, "ShardId"));
        return {};
    }

    static void show(Session& session, const Shard& shard, const Json& record) {
        const std::string encoded = text_at(record, "Data");
        const auto data = codec::base64_decode(encoded);
        const bool is_text = data && is_utf8(*data);
        if (session.options.json) {
            JsonObject object = record.is_object() ? record.get_object() : JsonObject();
            object["ShardId"] = shard.id;
            object.stable_erase("Data");
            object[is_text ? "Data" : "DataBase64"] = is_text ? *data : encoded;
            return session.console.line(codec::to_json(object));
        }
        const auto arrival = codec::parse_epoch_seconds(text_at(record, "ApproximateArrivalTimestamp"));
        session.console.line(session.console.paint(Colour::kDim, arrival ? clock_time(*arrival) : "") + "  " +
                             session.console.paint(Colour::kYellow, text_at(record, "PartitionKey")) + "  " +
                             (is_text ? *data : encoded));
    }

    std::string stream_;
    HistoryOptions history_;
    std::optional<WallTime> from_;
    std::vector<Shard> shards_;
    std::vector<std::string> children_;  ///< of shards read to their end
    bool throttled_ = false;             ///< others read from a shard, too
};

}  // namespace

std::unique_ptr<Command> make_tail() {
    return std::make_unique<Tail>();
}

}  // namespace millrace::cli
