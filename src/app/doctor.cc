#include "app/doctor.h"

#include <CLI/CLI.hpp>
#include <memory>
#include <optional>
#include <utility>

#include "app/doctor_report.h"
#include "app/options.h"
#include "cli/command_line.h"
#include "cli/console.h"
#include "files/helpers.h"
#include "files/posix_file_system.h"
#include "services/kinesis/catalog_survey.h"
#include "services/lambda/catalog_survey.h"
#include "services/lambda/code/package_check.h"
#include "services/logs/catalog_survey.h"
#include "services/s3/catalog_survey.h"
#include "services/sqs/catalog_survey.h"
#include "storage/journal/data_directory.h"

namespace millrace::app {
namespace {

/// It could not look.
constexpr int kRefusedStatus = cli::kUsageStatus;

struct DoctorOptions {
    std::string data_dir = ServeOptions{}.data_dir;
    std::string salvage;
    bool json = false;
};

class Doctor {
  public:
    explicit Doctor(const DoctorOptions& options) : options_(options) {}

    int run() {
        if (auto ready = look_at_directory(); !ready) return refuse(ready.error());
        report_.data_directory = options_.data_dir;
        auto inspection = storage::inspect(files_, options_.data_dir, progress("checking"));
        bar_.reset();
        if (!inspection) return refuse(inspection.error());
        report_.inspection = std::move(*inspection);
        consult_services();
        if (!options_.salvage.empty()) {
            if (auto copied = copy(); !copied) {
                show();
                console_.diagnose("nothing was copied: " + copied.error().message);
                return 1;
            }
        }
        show();
        return report_.inspection.sound() ? 0 : 1;
    }

  private:
    Result<> look_at_directory() {
        const storage::StorageDirectories parts = storage::StorageDirectories::below(options_.data_dir);
        if (!files::exists(files_, parts.journal) && !files::exists(files_, parts.archive)) {
            return fail(
                ErrorCode::kNotFound,
                options_.data_dir + " is no data directory: there is neither journal/ nor archive/ in it");
        }
        auto lock = storage::lock_data_directory(files_, options_.data_dir);
        if (lock) {
            lock_ = std::move(*lock);
        } else if (lock.error().code == ErrorCode::kUnavailable) {
            return fail(ErrorCode::kUnavailable, lock.error().message + "; stop it first");
        } else if (lock.error().code != ErrorCode::kNotFound) {
            return std::unexpected(std::move(lock.error()));
        }
        // Where no lock can be made, nobody can write either.
        return {};
    }

    void consult_services() {
        const auto& pairs = report_.inspection.catalog;
        kinesis::survey_catalog(pairs, report_.survey);
        sqs::survey_catalog(pairs, report_.survey);
        logs::survey_catalog(pairs, report_.survey);
        lambda::survey_catalog(pairs, report_.survey);
        s3::survey_catalog(pairs, report_.survey);
        for (const Error& error : report_.survey.unreadable)
            report_.inspection.add({.file = {}, .what = error.message});
        for (storage::Finding& finding : lambda::check_packages(files_, options_.data_dir, pairs))
            report_.inspection.add(std::move(finding));
    }

    Result<> copy() {
        std::size_t packages = 0;
        const auto copy_rest = [&](const std::string& destination) -> Result<> {
            const auto copied = lambda::copy_packages(files_, options_.data_dir, destination);
            if (!copied) return std::unexpected(copied.error());
            packages = *copied;
            return {};
        };
        auto salvaged =
            storage::salvage(files_, report_.inspection, options_.salvage, copy_rest, progress("copying"));
        bar_.reset();
        if (!salvaged) return std::unexpected(std::move(salvaged.error()));
        report_.copy = {options_.salvage, std::move(*salvaged), packages};
        return {};
    }

    /// On a terminal, from the first call on.
    storage::Progress progress(const char* what) {
        return [this, what](std::uint64_t done, std::uint64_t total) {
            if (!bar_) bar_.emplace(what, total);
            bar_->update(done);
        };
    }

    void show() {
        if (options_.json) {
            console_.line(to_json(report_));
        } else {
            print_for_people(report_, console_);
        }
        console_.flush();
    }

    int refuse(const Error& error) {
        console_.diagnose(error.message);
        return kRefusedStatus;
    }

    const DoctorOptions& options_;
    files::PosixFileSystem files_;
    cli::Console console_;
    std::unique_ptr<files::FileLock> lock_;
    std::optional<cli::ProgressBar> bar_;
    DoctorReport report_;
};

}  // namespace

void add_doctor(CLI::App& app, int& status) {
    auto options = std::make_shared<DoctorOptions>();
    CLI::App* command =
        app.add_subcommand("doctor", "look at every byte of a data directory; copy what can be read of it");
    command->add_option("--data-dir", options->data_dir, "of a server that does not run")
        ->capture_default_str();
    command
        ->add_option("--salvage", options->salvage,
                     "a new or empty directory: everything that can be read is copied there")
        ->type_name("DIRECTORY");
    command->add_flag("--json", options->json, "print JSON, for programs");
    command->footer(
        "Examples:\n"
        "  millrace doctor\n"
        "  millrace doctor --data-dir /var/lib/millrace --salvage /mnt/millrace-salvaged\n"
        "  millrace doctor --json | jq .findings\n"
        "The exit status is 0 when nothing is wrong, 1 when something is, 2 when it could not look.");
    command->callback([options, &status] { status = Doctor{*options}.run(); });
}

}  // namespace millrace::app
