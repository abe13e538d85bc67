#include "app/backups.h"

#include <cerrno>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "app/backup_requests.h"
#include "base/manual_executor.h"
#include "codec/json.h"
#include "files/helpers.h"
#include "files/simulated_file_system.h"

namespace millrace::app {
namespace {

using testing::HasSubstr;

/// Backups of two parts of one file each, in virtual time on a simulated disk.
class BackupsTest : public testing::Test {
  protected:
    BackupsTest() {
        EXPECT_TRUE(files_.create_directory("/data"));
        start();
    }

    /// As a new process does on the same files.
    void start() {
        backups_ = std::make_unique<Backups>(
            Backups::Options{.files = files_,
                             .home = home_,
                             .background = home_,
                             .clock = clock_,
                             .random = random_,
                             .data_dir = "/data",
                             .parts = {[this](const std::string& directory, auto done) {
                                           take("first", directory, std::move(done));
                                       },
                                       [this](const std::string& directory, auto done) {
                                           take("second", directory, std::move(done));
                                       }}});
    }

    void take(const std::string& name, const std::string& directory, files::SnapshotDone done) {
        home_.post([this, name, directory, done = std::move(done)]() mutable {
            auto written = files::write_file(files_, files::join(directory, name), name);
            if (!written) return done(std::unexpected(written.error()));
            done(std::vector<files::SnapshotFile>{{name, name.size()}});
        });
    }

    Result<Backups::Snapshot> begin() {
        Result<Backups::Snapshot> outcome = fail(ErrorCode::kInternal, "no answer");
        backups_->begin([&](auto result) { outcome = std::move(result); });
        home_.run_ready();
        return outcome;
    }

    Result<> end(const std::string& id) {
        Result<> outcome = fail(ErrorCode::kInternal, "no answer");
        backups_->end(id, [&](auto result) { outcome = std::move(result); });
        home_.run_ready();
        return outcome;
    }

    http::Response ask(const std::string& method, const std::string& path,
                       const std::string& header = "backup") {
        http::Request request{.method = method, .target = "/_millrace/" + path, .headers = {}, .body = {}};
        if (!header.empty()) request.headers.add("x-millrace", header);
        http::Response answer{.status = 0, .headers = {}, .body = {}};
        BackupRequests{*backups_}.handle(request, path,
                                         [&](http::Response given) { answer = std::move(given); });
        home_.run_ready();
        return answer;
    }

    SeededRandom random_{1};
    files::SimulatedFileSystem files_{random_};
    ManualClock clock_;
    ManualExecutor home_{clock_};
    std::unique_ptr<Backups> backups_;
};

TEST_F(BackupsTest, ASnapshotHasAllPartsInTheirOrderUntilItsEnd) {
    const auto snapshot = begin();
    ASSERT_TRUE(snapshot) << snapshot.error().message;
    EXPECT_EQ(snapshot->directory, "/data/backup/" + snapshot->id);
    ASSERT_EQ(snapshot->files.size(), 2u);
    EXPECT_EQ(snapshot->files[0].name, "first");
    EXPECT_EQ(snapshot->files[1].name, "second");
    EXPECT_EQ(snapshot->files[1].bytes, 6u);
    EXPECT_EQ(files::read_file(files_, snapshot->directory + "/first").value(), "first");

    EXPECT_TRUE(end(snapshot->id));
    EXPECT_FALSE(files::exists(files_, snapshot->directory));
    EXPECT_EQ(end(snapshot->id).error().code, ErrorCode::kNotFound);
    EXPECT_EQ(backups_->keep(snapshot->id).error().code, ErrorCode::kNotFound);
    EXPECT_EQ(end("../..").error().code, ErrorCode::kNotFound);
}

TEST_F(BackupsTest, SoManyAtATimeAndNoMore) {
    std::string id;
    for (std::size_t i = 0; i < kSnapshotsMax; ++i) id = begin().value().id;
    const auto refused = begin();
    ASSERT_FALSE(refused);
    EXPECT_EQ(refused.error().code, ErrorCode::kResourceExhausted);
    EXPECT_EQ(refused.error().message, "4 backups are under way already; begin another when one has ended");
    ASSERT_TRUE(end(id));
    EXPECT_TRUE(begin());
}

TEST_F(BackupsTest, WhatAnEarlierRunLeftBehindGoes) {
    const std::string left = begin().value().directory;
    files_.kill();
    start();
    home_.run_ready();
    EXPECT_FALSE(files::exists(files_, left));
    EXPECT_TRUE(files::exists(files_, "/data"));
    EXPECT_TRUE(begin());
}

TEST_F(BackupsTest, ASnapshotNobodyAsksForGoesAndOneThatIsKeptStays) {
    const auto forgotten = begin();
    const auto kept = begin();
    home_.advance(kSnapshotKept - Milliseconds{1});
    EXPECT_TRUE(files::exists(files_, forgotten->directory));
    ASSERT_TRUE(backups_->keep(kept->id));
    home_.advance(Milliseconds{1});
    EXPECT_FALSE(files::exists(files_, forgotten->directory));
    EXPECT_FALSE(backups_->keep(forgotten->id));
    home_.advance(kSnapshotKept - Milliseconds{2});
    EXPECT_TRUE(files::exists(files_, kept->directory));
    home_.advance(Milliseconds{1});
    EXPECT_FALSE(files::exists(files_, kept->directory));
}

TEST_F(BackupsTest, AFailureIsToldAndLeavesNothing) {
    home_.run_ready();
    std::size_t failures = 0;
    for (std::uint64_t call = 1;; ++call) {
        const std::uint64_t before = files_.calls();
        files_.fail_call(call, ENOSPC);
        const auto snapshot = begin();
        files_.fail_call(0, 0);
        if (files_.calls() - before < call) break;
        if (snapshot) {
            ASSERT_TRUE(end(snapshot->id));
            continue;
        }
        ++failures;
        EXPECT_EQ(snapshot.error().code, ErrorCode::kResourceExhausted);
        EXPECT_THAT(snapshot.error().message, HasSubstr("No space left on device"));
        if (const auto left = files_.list("/data/backup")) EXPECT_TRUE(left->empty());
    }
    EXPECT_GT(failures, kSnapshotsMax) << "and none of them takes a place";
    EXPECT_TRUE(begin());
}

TEST_F(BackupsTest, NothingIsAnsweredOnceItIsGone) {
    bool answered = false;
    backups_->begin([&](const auto&) { answered = true; });
    backups_.reset();
    home_.advance(kSnapshotKept);
    EXPECT_FALSE(answered);
}

TEST_F(BackupsTest, RequestsBeginKeepAndEndASnapshot) {
    const http::Response begun = ask("POST", "backup");
    EXPECT_EQ(begun.status, 200);
    const auto told = codec::parse_json(begun.body);
    ASSERT_TRUE(told) << begun.body;
    const std::string id(told->at("id").as_string());
    EXPECT_EQ(begun.body,
              R"({"id":")" + id + R"(","directory":"/data/backup/)" + id +
                  R"(","files":[{"name":"first","bytes":5},{"name":"second","bytes":6}],"bytes":11})");
    EXPECT_EQ(ask("POST", "backup/" + id).status, 200);
    EXPECT_EQ(ask("DELETE", "backup/" + id).status, 200);
    EXPECT_FALSE(files::exists(files_, "/data/backup/" + id));
    EXPECT_EQ(ask("POST", "backup/" + id).status, 404);
    EXPECT_EQ(ask("DELETE", "backup/" + id).status, 404);
    EXPECT_EQ(ask("GET", "backup").status, 405);
    EXPECT_EQ(ask("DELETE", "backup").status, 405);
}

TEST_F(BackupsTest, RequestsThatAWebPageCouldSendAreRefused) {
    const std::string id = begin().value().id;
    for (const std::string header : {"", "true", "Backup"}) {
        const http::Response answer = ask("POST", "backup", header);
        EXPECT_EQ(answer.status, 403) << header;
        EXPECT_THAT(answer.body, HasSubstr("X-Millrace: backup"));
        EXPECT_EQ(ask("DELETE", "backup/" + id, header).status, 403);
    }
    EXPECT_EQ(files_.list("/data/backup").value().size(), 1u);
}

TEST_F(BackupsTest, TooManyRequestsAreAConflict) {
    for (std::size_t i = 0; i < kSnapshotsMax; ++i) EXPECT_EQ(ask("POST", "backup").status, 200);
    EXPECT_EQ(ask("POST", "backup").status, 409);
}

TEST_F(BackupsTest, OnlyItsOwnPathsAreTaken) {
    EXPECT_TRUE(BackupRequests::owns("backup"));
    EXPECT_TRUE(BackupRequests::owns("backup/x"));
    EXPECT_FALSE(BackupRequests::owns("backups"));
    EXPECT_FALSE(BackupRequests::owns("health"));
}

}  // namespace
}  // namespace millrace::app
