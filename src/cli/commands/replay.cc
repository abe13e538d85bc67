#include <fmt/format.h>

#include "cli/commands/commands.h"
#include "cli/duration.h"
#include "cli/interruption.h"
#include "cli/replay/replay_run.h"
#include "cli/session.h"
#include "codec/timestamp.h"
#include "files/posix_file_system.h"

namespace millrace::cli {
namespace {

constexpr Milliseconds kLookEvery{50};
constexpr std::uint64_t kBarUnits = 1'000;
constexpr int kInterruptedStatus = 130;
constexpr std::size_t kBatchMax = 10'000;
constexpr std::size_t kShardsMax = 64;
constexpr std::size_t kAttemptsMax = 1'000;

class Replay final : public Command {
  public:
    [[nodiscard]] const char* name() const override { return "replay"; }
    [[nodiscard]] const char* summary() const override {
        return "hand the records that a stream keeps to a function again";
    }
    [[nodiscard]] const char* examples() const override {
        return "  millrace replay events summarize\n"
               "  millrace replay events summarize:2 --since 7d        # a version or an alias of it\n"
               "  millrace replay events summarize --checkpoint replay.json   # goes on when called again\n"
               "  millrace replay events summarize --skip-failed --json";
    }
    void declare(Arguments& arguments) override {
        arguments.positional("STREAM", stream_, "its name");
        arguments.positional("FUNCTION", function_, "its name or ARN, with :VERSION or :ALIAS if wanted");
        arguments.option("--since", "DURATION", since_, "only the last 30s, 10m, 2h, 7d");
        arguments.number("--batch-size", batch_, kBatchMax, "records per event, at most 10000");
        arguments.number("--shards-at-once", shards_at_once_, kShardsMax,
                         "shards read in parallel, at most 64");
        arguments.number("--attempts", attempts_, kAttemptsMax,
                         "how often a batch is handed over before it counts as failed");
        arguments.flag("--skip-failed", skip_failed_,
                       "continue after a failed batch instead of stopping there");
        arguments.option("--checkpoint", "FILE", checkpoint_file_,
                         "file that stores the progress; continues from it when it exists");
    }
    int run(Session& session) override {
        auto plan = make_plan(session);
        if (!plan) return plan.error();
        std::optional<ReplayCheckpoint> checkpoint;
        if (checkpoint_file_) {
            auto opened = ReplayCheckpoint::open(files_, *checkpoint_file_, stream_, function_);
            if (!opened) return session.fail(opened.error());
            checkpoint = std::move(*opened);
        }
        auto shards = list_shards(session.api, stream_);
        if (!shards) return session.fail(shards.error());
        const Interruption interruption;
        ReplayRun replay(session.options, *plan, std::move(*shards), checkpoint ? &*checkpoint : nullptr,
                         {.shards_at_once = shards_at_once_, .skip_failed = skip_failed_});
        follow(replay, interruption);
        if (const auto saved = replay.save(); !saved) return session.fail(saved.error());
        return report(session, replay, interruption.asked());
    }

  private:
    /// Or the exit status.
    std::expected<ReplayPlan, int> make_plan(Session& session) const {
        ReplayPlan plan{.stream = stream_,
                        .function = function_,
                        .source = {},
                        .from = std::nullopt,
                        .until = SystemClock().now(),
                        .batch_records_max = batch_,
                        .attempts_max = static_cast<int>(attempts_)};
        if (since_) {
            const auto age = parse_duration(*since_);
            if (!age) return std::unexpected(session.misused(age.error().message));
            plan.from = plan.until - *age;
        }
        auto source = describe_event_source(session.api, stream_, function_);
        if (!source) return std::unexpected(session.fail(source.error()));
        plan.source = std::move(*source);
        return plan;
    }

    void follow(ReplayRun& replay, const Interruption& interruption) const {
        ProgressBar bar("replayed", kBarUnits);
        while (!replay.wait(kLookEvery)) {
            if (interruption.asked()) replay.stop();
            const ReplayProgress now = replay.progress();
            bar.update(static_cast<std::uint64_t>(now.share * kBarUnits),
                       fmt::format("{} records, {}, {} records/s", with_separators(now.records),
                                   bytes_text(now.bytes), with_separators(rate(now.records))));
        }
    }

    [[nodiscard]] double seconds() const {
        return std::chrono::duration<double>(std::chrono::steady_clock::now() - started_).count();
    }

    [[nodiscard]] std::uint64_t rate(std::uint64_t records) const {
        return static_cast<std::uint64_t>(static_cast<double>(records) / std::max(seconds(), 0.001));
    }

    int report(Session& session, ReplayRun& replay, bool interrupted) const {
        const std::vector<FailedBatch> failed = replay.failed();
        const ReplayProgress done = replay.progress();
        if (session.options.json) {
            show_json(session, done, failed);
        } else {
            session.console.line(fmt::format("{} records of {} shards handed to {} in {:.1f} s, {} records/s",
                                             with_separators(done.records), done.shards_done, function_,
                                             seconds(), with_separators(rate(done.records))));
            for (const FailedBatch& batch : failed) show_failed(session, batch);
        }
        if (const auto error = replay.error()) return session.fail(*error);
        if (interrupted) {
            session.console.diagnose("interrupted" + way_on());
            return kInterruptedStatus;
        }
        if (failed.empty()) return 0;
        return session.fail(skip_failed_ ? fmt::format("{} batches failed", failed.size())
                                         : "ended at a batch that failed" + way_on());
    }

    [[nodiscard]] std::string way_on() const {
        if (checkpoint_file_) return "; the same command goes on from there";
        return "; with --checkpoint FILE the next replay could go on from there";
    }

    void show_failed(Session& session, const FailedBatch& batch) const {
        session.console.line(Colour::kRed,
                             fmt::format("failed: {} records of {}, {} to {}: {}", batch.records, batch.shard,
                                         batch.first, batch.last, batch.reason));
        session.console.line(fmt::format("try it:  millrace invoke {} --event-from {}/{}/{} --count {} --log",
                                         function_, stream_, batch.shard, batch.first, batch.records));
    }

    void show_json(Session& session, const ReplayProgress& done,
                   const std::vector<FailedBatch>& failed) const {
        codec::JsonArray batches;
        for (const FailedBatch& batch : failed) {
            batches.push_back(codec::JsonObject{{"ShardId", batch.shard},
                                                {"Records", batch.records},
                                                {"FirstSequenceNumber", batch.first},
                                                {"LastSequenceNumber", batch.last},
                                                {"Reason", batch.reason}});
        }
        session.console.line(codec::to_json(codec::JsonObject{{"Records", done.records},
                                                              {"Bytes", done.bytes},
                                                              {"Shards", done.shards_done},
                                                              {"Seconds", seconds()},
                                                              {"FailedBatches", std::move(batches)}}));
    }

    std::string stream_;
    std::string function_;
    std::optional<std::string> since_;
    std::optional<std::string> checkpoint_file_;
    std::size_t batch_ = 100;
    std::size_t shards_at_once_ = 4;
    std::size_t attempts_ = 3;
    bool skip_failed_ = false;
    files::PosixFileSystem files_;
    const std::chrono::steady_clock::time_point started_ = std::chrono::steady_clock::now();
};

}  // namespace

std::unique_ptr<Command> make_replay() {
    return std::make_unique<Replay>();
}

}  // namespace millrace::cli
