#include <filesystem>
#include <fmt/format.h>

#include "cli/backup_destination.h"
#include "cli/commands/commands.h"
#include "cli/interruption.h"
#include "cli/server_snapshot.h"
#include "cli/session.h"
#include "cli/snapshot_copy.h"
#include "files/helpers.h"
#include "files/posix_file_system.h"

namespace millrace::cli {
namespace {

class Backup final : public Command {
  public:
    [[nodiscard]] const char* name() const override { return "backup"; }
    [[nodiscard]] const char* summary() const override {
        return "copy everything a running server keeps into a new data directory";
    }
    [[nodiscard]] const char* examples() const override {
        return "  millrace backup /mnt/backup/monday\n"
               "  millrace doctor --data-dir /mnt/backup/monday         # is the copy good?\n"
               "  millrace serve --data-dir /mnt/backup/monday --port 4567\n"
               "  millrace backup \"backup-$(date +%F)\" --json";
    }
    [[nodiscard]] bool has_region() const override { return false; }
    void declare(Arguments& arguments) override {
        arguments.positional("DEST", destination_,
                             "a directory that is missing or empty, best on another disk");
    }
    int run(Session& session) override {
        const Interruption interruption;
        const auto snapshot = ServerSnapshot::begin(session.api);
        if (!snapshot) return session.fail(snapshot.error());
        const auto copied = copy(**snapshot, interruption);
        const auto ended = (*snapshot)->end();
        if (!copied) return session.fail(copied.error());
        if (!ended) {
            session.console.diagnose("the server keeps its snapshot for up to an hour: " +
                                     ended.error().message);
        }
        report(session, (*snapshot)->description(), *copied);
        return 0;
    }

  private:
    /// Returns where the backup lies.
    Result<std::string> copy(ServerSnapshot& snapshot, const Interruption& interruption) {
        const SnapshotDescription& description = snapshot.description();
        if (auto here = check_here(description.directory); !here) return std::unexpected(here.error());
        const std::string data_directory = files::parent_of(files::parent_of(description.directory));
        auto destination = BackupDestination::open(files_, destination_, data_directory);
        if (!destination) return std::unexpected(destination.error());
        ProgressBar progress("copied", description.bytes);
        auto done = check_space((*destination)->partial(), description.bytes);
        if (done) {
            done = copy_snapshot(files_, description.files, description.directory, (*destination)->partial(),
                                 [&](std::uint64_t bytes) {
                                     progress.update(bytes, transfer_text(bytes, description.bytes, took()));
                                     snapshot.keep();
                                     return !interruption.asked();
                                 });
        }
        if (done) done = (*destination)->publish();
        if (!done) return std::unexpected((*destination)->abandon(std::move(done.error())));
        return (*destination)->path();
    }

    Result<> check_here(const std::string& directory) {
        const auto info = files_.info(directory);
        if (info || info.error().code != ErrorCode::kNotFound)
            return info ? Result<>{} : std::unexpected(info.error());
        return fail(ErrorCode::kNotFound, "the server's files are not on this machine: there is no " +
                                              directory + "; run millrace backup where the server runs");
    }

    /// Before anything is written: a full disk might be the server's own.
    static Result<> check_space(const std::string& directory, std::uint64_t bytes) {
        std::error_code unknown;
        const auto space = std::filesystem::space(directory, unknown);
        if (unknown || space.available >= bytes) return {};
        return fail(ErrorCode::kResourceExhausted,
                    fmt::format("the backup takes {}, and the disk has {} free", bytes_text(bytes),
                                bytes_text(space.available)));
    }

    [[nodiscard]] std::chrono::duration<double> took() const {
        return std::chrono::steady_clock::now() - started_;
    }

    void report(Session& session, const SnapshotDescription& copied, const std::string& path) const {
        const double seconds = took().count();
        if (session.options.json) {
            return session.console.line(codec::to_json(codec::JsonObject{{"Directory", path},
                                                                         {"Files", copied.files.size()},
                                                                         {"Bytes", copied.bytes},
                                                                         {"Seconds", seconds}}));
        }
        session.console.line(
            fmt::format("{} in {} copied to {} in {:.1f} s, {}/s", bytes_text(copied.bytes),
                        counted(copied.files.size(), "file", "files"), path, seconds,
                        bytes_text(static_cast<std::uint64_t>(static_cast<double>(copied.bytes) / seconds))));
        session.console.line("check it:  millrace doctor --data-dir " + path);
        session.console.line("serve it:  millrace serve --data-dir " + path);
    }

    std::string destination_;
    files::PosixFileSystem files_;
    const std::chrono::steady_clock::time_point started_ = std::chrono::steady_clock::now();
};

}  // namespace

std::unique_ptr<Command> make_backup() {
    return std::make_unique<Backup>();
}

}  // namespace millrace::cli
