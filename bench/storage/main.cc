// The storage engine's figures, one command each; raw_write is the limit of the disk beside them.

#include <CLI/CLI.hpp>
#include <algorithm>
#include <fmt/format.h>
#include <fmt/ranges.h>
#include <string>
#include <vector>

#include "appender.h"
#include "base/random.h"
#include "storage/doctor/inspection.h"
#include "usage.h"

namespace millrace::bench {
namespace {

using Clock = std::chrono::steady_clock;
using std::chrono::nanoseconds;

/// So that what is measured is not blurred by what goes on in the background.
constexpr storage::ArchivePolicy kNoArchive{.segments_kept = 1'000'000};
constexpr storage::FsyncMode kNoSync{.when = storage::FsyncMode::When::kNever};

struct Command {
    std::string directory;
    Load load;
    std::size_t appends = 0;
    std::size_t warm_appends = 0;
    std::size_t rounds = 0;
    std::size_t entries = 0;
    bool archive = false;
};

std::vector<std::int64_t> counts(const std::vector<nanoseconds>& times) {
    std::vector<std::int64_t> found;
    for (const nanoseconds time : times) found.push_back(time.count());
    return found;
}

/// Durable appends: their times, and what the process used for a record once it was warm.
void append(const Command& command) {
    const std::size_t resident = Usage::now().resident_bytes;
    Store store{command.directory, {}, command.archive ? storage::ArchivePolicy{} : kNoArchive};
    Appender appender{store, command.load};
    appender.run(command.warm_appends);
    const Usage before = Usage::now();
    appender.run(command.appends);
    const Usage after = Usage::now();
    const auto records = static_cast<double>(command.appends * command.load.batch);
    fmt::print(
        R"({{"seconds": {}, "cpu_us_per_record": {}, "allocations_per_record": {}, "resident_bytes": {}, )",
        std::chrono::duration<double>(after.wall - before.wall).count(),
        static_cast<double>((after.cpu - before.cpu).count()) / 1000 / records,
        static_cast<double>(after.allocations - before.allocations) / records,
        after.resident_bytes - resident);
    fmt::print("\"waits_ns\": {}, \"group_bytes\": {}}}\n", counts(appender.waits()), appender.groups());
}

/// Writes what other commands read, without syncs.
void fill(const Command& command) {
    Store store{command.directory, kNoSync, kNoArchive};
    Appender{store, command.load}.run(command.appends);
    fmt::print("{{\"disk_bytes\": {}}}\n", store.journal().stats().disk_bytes);
}

void open(const Command& command) {
    const Usage before = Usage::now();
    Store store{command.directory, {}, kNoArchive};
    const Usage after = Usage::now();
    fmt::print("{{\"ns\": {}, \"resident_bytes\": {}, \"disk_bytes\": {}}}\n",
               (after.wall - before.wall).count(), after.resident_bytes - before.resident_bytes,
               store.journal().stats().disk_bytes);
}

/// Reads from files at random places in the middle tenth and in the newest tenth of a log, each place once
/// before it counts.
void read(const Command& command) {
    constexpr storage::LogId kLog{1};
    Store store{command.directory, kNoSync, kNoArchive};
    const std::uint64_t end = store.journal().end(kLog).value();
    SeededRandom random{1};
    std::vector<nanoseconds> times[2];
    for (std::size_t round = 0; round < command.rounds; ++round) {
        const std::uint64_t within = random.next() % (end / 10 - command.entries);
        const storage::Offset places[] = {storage::Offset{end / 10 * 9 + within},
                                          storage::Offset{end / 20 * 9 + within}};
        for (const bool measured : {false, true}) {
            for (std::size_t i = 0; i < 2; ++i) {
                const auto began = Clock::now();
                store.read(kLog, places[i], command.entries);
                if (measured) times[i].push_back(Clock::now() - began);
            }
        }
    }
    fmt::print("{{\"head_ns\": {}, \"middle_ns\": {}}}\n", counts(times[0]), counts(times[1]));
}

/// The doctor reads every byte.
void doctor(const Command& command) {
    files::PosixFileSystem files;
    const Usage before = Usage::now();
    const auto found = require(storage::inspect(files, command.directory));
    const Usage after = Usage::now();
    if (!found.sound()) give_up({ErrorCode::kCorruption, "the directory is damaged"});
    fmt::print("{{\"ns\": {}, \"cpu_ns\": {}, \"disk_bytes\": {}}}\n", (after.wall - before.wall).count(),
               (after.cpu - before.cpu).count(), found.bytes);
}

int run(int count, char** arguments) {
    CLI::App app{"Figures of the storage engine"};
    app.require_subcommand(1);
    Command command;
    const auto add = [&](const char* name, void (*act)(const Command&)) {
        CLI::App* sub = app.add_subcommand(name);
        sub->add_option("directory", command.directory, "The data directory")->required();
        sub->callback([&command, act] { act(command); });
        return sub;
    };
    for (CLI::App* sub : {add("append", append), add("fill", fill)}) {
        sub->add_option("--appends", command.appends, "Appends")->required();
        sub->add_option("--warm-appends", command.warm_appends, "Appends before those that count");
        sub->add_option("--writers", command.load.writers, "Writers, each waiting for its own answers");
        sub->add_option("--batch", command.load.batch, "Records of one append");
        sub->add_option("--record-bytes", command.load.record_bytes, "Bytes of a record");
        sub->add_option("--logs", command.load.logs, "Logs that the records go to at random");
    }
    app.get_subcommand("append")->add_flag("--archive", command.archive,
                                           "Old segments become archive files, as in millrace serve");
    add("open", open);
    add("doctor", doctor);
    CLI::App* reads = add("read", read);
    reads->add_option("--rounds", command.rounds, "Places to read at")->required();
    reads->add_option("--entries", command.entries, "Entries of one read")->required();
    CLI11_PARSE(app, count, arguments);
    return 0;
}

}  // namespace
}  // namespace millrace::bench

int main(int count, char** arguments) {
    return millrace::bench::run(count, arguments);
}
