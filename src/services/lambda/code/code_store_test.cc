#include "services/lambda/code/code_store.h"

#include <gtest/gtest.h>

#include "base/manual_executor.h"
#include "files/helpers.h"
#include "files/posix_file_system.h"
#include "services/lambda/code/pack_tree.h"
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

TEST(PackFile, AnArchiveIsAPackageAndAnyOtherFileIsPacked) {
    const files::TemporaryDirectory directory;
    files::PosixFileSystem disk;
    const auto packed = [&](const std::string& name, const std::string& contents,
                            unsigned permissions = 0644) {
        const std::string path = directory.path() + "/" + name;
        EXPECT_TRUE(files::write_file(disk, path, contents, permissions));
        return pack_file(disk, path).value();
    };
    const std::string zip = write_zip({{"a.py", "x"}}).value();
    EXPECT_EQ(packed("archive", zip), zip);
    EXPECT_EQ(packed("executable-archive", "#!/usr/bin/env python3\n" + zip),
              "#!/usr/bin/env python3\n" + zip);
    EXPECT_EQ(packed("damaged", "PK\x03\x04"), "PK\x03\x04");
    EXPECT_EQ(packed("none.zip", "text"), "text") << "unzip() says what is wrong with it";
    EXPECT_EQ(packed("a.py", "x"), zip);
    EXPECT_EQ(packed("empty", ""), write_zip({{"empty", ""}}).value());
    EXPECT_EQ(packed("tool", "x", 0755), write_zip({{"tool", "x"}}, {"tool"}).value());
}

}  // namespace
}  // namespace millrace::lambda
