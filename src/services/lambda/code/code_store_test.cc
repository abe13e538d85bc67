#include "services/lambda/code/code_store.h"

#include <gtest/gtest.h>

#include "base/manual_executor.h"
#include "files/helpers.h"
#include "files/posix_file_system.h"
#include "services/lambda/code/zip_writer.h"

namespace millrace::lambda {
namespace {

/// Nothing can be created on this disk any more.
class FullDisk final : public files::FileSystem {
  public:
    bool full = false;

    Result<std::unique_ptr<files::File>> open(const std::string& path, files::OpenMode mode,
                                              unsigned permissions) override {
        if (full) return fail_errno("create " + path, ENOSPC);
        return disk_.open(path, mode, permissions);
    }
    Result<files::FileInfo> info(const std::string& path) override { return disk_.info(path); }
    Result<std::vector<files::DirectoryEntry>> list(const std::string& directory) override {
        return disk_.list(directory);
    }
    Result<> create_directory(const std::string& path) override { return disk_.create_directory(path); }
    Result<> rename(const std::string& from, const std::string& to) override {
        return disk_.rename(from, to);
    }
    Result<> link(const std::string& from, const std::string& to) override { return disk_.link(from, to); }
    Result<> remove(const std::string& path) override { return disk_.remove(path); }
    Result<> sync_directory(const std::string& path) override { return disk_.sync_directory(path); }
    Result<std::unique_ptr<files::Directory>> open_directory(const std::string& path) override {
        return disk_.open_directory(path);
    }
    Result<std::unique_ptr<files::FileLock>> lock(const std::string& path) override {
        return disk_.lock(path);
    }

  private:
    files::PosixFileSystem disk_;
};

TEST(CodeStore, AFullDiskIsNotThePackagesFault) {
    const files::TemporaryDirectory directory;
    FullDisk disk;
    ManualClock clock;
    ManualExecutor home{clock};
    CodeStore store{disk, directory.path(), home, home};
    ASSERT_TRUE(store.open());
    disk.full = true;
    std::optional<ErrorCode> code;
    store.store(write_zip({{"bootstrap", "#!/bin/sh\n"}}).value(), [&](const Result<CodeReference>& stored) {
        ASSERT_FALSE(stored);
        code = stored.error().code;
    });
    home.run_ready();
    EXPECT_EQ(code, ErrorCode::kIo);
}

}  // namespace
}  // namespace millrace::lambda
