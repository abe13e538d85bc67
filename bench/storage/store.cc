#include "store.h"

#include <cstdlib>
#include <fmt/format.h>
#include <utility>

namespace millrace::bench {

void give_up(const Error& error) {
    fmt::print(stderr, "{}\n", error.message);
    std::exit(1);
}

Store::Store(const std::string& directory, storage::FsyncMode fsync, storage::ArchivePolicy archive)
    : journal_(require(storage::Journal::open({.directory = directory,
                                               .fsync = fsync,
                                               .files = files_,
                                               .home = loop_,
                                               .clock = clock_,
                                               .archive = archive}))) {}

void Store::read(storage::LogId log, storage::Offset from, std::size_t entries) {
    journal_->read(log, from, {.entries = entries}, [&](Result<std::vector<storage::Entry>> found) {
        if (require(std::move(found)).size() != entries)
            give_up({ErrorCode::kInternal, "entries are missing"});
        loop_.stop();
    });
    loop_.run();
}

}  // namespace millrace::bench
