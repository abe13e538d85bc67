#pragma once

#include <functional>
#include <memory>
#include <set>
#include <string>
#include <string_view>

#include "base/error.h"
#include "base/executor.h"
#include "files/file_system.h"
#include "files/snapshot.h"
#include "services/lambda/function.h"

namespace millrace::lambda {

/// Code that is ready to run.
struct PreparedCode {
    std::string task_root;    ///< absolute directory
    std::string layers_root;  ///< absolute directory of all layers, what AWS has at /opt; empty without any
    std::string fingerprint;  ///< kLocal: of the tree at this time; empty for a package, which never changes
};

/// Where the packages of a data directory lie, each named by its SHA-256 in hex digits and the suffix.
[[nodiscard]] std::string packages_directory(const std::string& data_directory);
inline constexpr std::string_view kPackageSuffix = ".zip";

/// Keeps the code of functions.
///
/// Files: `<data-dir>/code/<sha256>.zip`, the packages, written aside, synced and renamed before store()
/// answers: a function in the catalog always has its package. `<data-dir>/functions/<sha256>/`, what was
/// unpacked from them by this process; emptied at every start, because it was never synced.
///
/// Threads: called on, and answers on, the home executor; reads and writes files on the background executor,
/// which runs one task at a time. Errors: as unzip(), kNotFound for a local path that is not there.
class CodeStore {
  public:
    /// Files and executors must outlive the store; tasks of it still in the background at its end do no harm.
    CodeStore(files::FileSystem& files, std::string data_dir, Executor& home, Executor& background);
    ~CodeStore();

    /// Makes the directories, empties the unpacked code of an earlier run.
    Result<> open();

    using StoreDone = std::move_only_function<void(Result<CodeReference>)>;
    /// Checks, keeps and unpacks a zip.
    void store(std::string zip, StoreDone done);
    /// Looks at a directory or file of this machine, given by its absolute path; a file that is no zip is a
    /// package of itself.
    void describe_local(std::string path, StoreDone done);

    using Prepared = std::move_only_function<void(Result<PreparedCode>)>;
    /// Makes the code and the layers of a function runnable. Answers inside the call when they are already.
    void prepare(const Function& function, Prepared done);
    void prepare(const CodeReference& code, Prepared done);

    /// The code as a package of its own, which does not change when the local tree does; code that is a
    /// package already is answered as it is.
    void freeze(const CodeReference& code, StoreDone done);

    using PackageDone = std::move_only_function<void(Result<std::string>)>;
    /// The bytes of a package that some function or layer has; kNotFound for any other.
    void read_package(std::string sha256, PackageDone done);

    /// For kLocal: whether the tree differs from what was prepared. Large trees are looked at once a second
    /// at most.
    [[nodiscard]] bool changed(const CodeReference& code, const std::string& fingerprint, MonotonicTime now);

    /// Deletes the packages that no function uses. Only at start: later, one may belong to a function that is
    /// being created.
    void keep_only(std::set<std::string> sha256);

    /// Gives every package a second name `<directory>/code/<sha256>.zip`; the directory must be on the same
    /// disk.
    void snapshot(std::string directory, files::SnapshotDone done);

  private:
    struct Shared;
    std::shared_ptr<Shared> shared_;
};

}  // namespace millrace::lambda
