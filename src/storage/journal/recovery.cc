#include "storage/journal/recovery.h"

#include <algorithm>
#include <fmt/format.h>
#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <unordered_set>

#include "base/log.h"
#include "base/units.h"
#include "files/helpers.h"
#include "storage/archive/archive_format.h"
#include "storage/archive/archive_pass.h"
#include "storage/archive/archive_reader.h"
#include "storage/journal/journal_head.h"
#include "storage/journal/segment_format.h"
#include "storage/journal/segment_reader.h"

namespace millrace::storage {
namespace {

constexpr std::size_t kRewriteBytes = 1_MiB;
constexpr std::string_view kDamagedHeader =
    "the segment's header is not what was written; millrace doctor says what can be read";
constexpr std::string_view kNoTable =
    "the segment has lost the table that it was made with; millrace doctor says what can be read";

class Recovery {
  public:
    Recovery(files::FileSystem& files, const StorageDirectories& directories, FsyncMode mode)
        : files_(files), directories_(directories), mode_(mode) {}

    Result<Recovered> run();

  private:
    [[nodiscard]] std::string path_of(std::uint64_t base) const {
        return directories_.path_of(FileId::segment(base));
    }
    void read_head();
    [[nodiscard]] Result<> list_segments();
    /// The newest segment becomes the active one; a first one when there is none.
    [[nodiscard]] Result<> open_newest();
    [[nodiscard]] Result<> resume(std::uint64_t base);
    void adopt(std::uint64_t base, std::unique_ptr<files::File> file, SegmentContents contents);
    [[nodiscard]] Result<> make_durable(files::File& file, std::uint64_t settled, std::uint64_t end);
    [[nodiscard]] Result<> add_archives();
    [[nodiscard]] Result<> add_archive(std::uint64_t number);
    [[nodiscard]] Result<> add_older(std::uint64_t base);
    [[nodiscard]] Result<SegmentIndex> index_of(std::uint64_t base);
    void offer(FileId file, const SegmentIndex& index);
    void find_incomplete();
    [[nodiscard]] Result<> check_complete() const;
    [[nodiscard]] Result<> check_end(std::uint64_t end) const;

    files::FileSystem& files_;
    const StorageDirectories& directories_;
    FsyncMode mode_;
    std::uint64_t durable_until_ = 0;   ///< as the head says
    std::vector<std::uint64_t> bases_;  ///< still to look at, oldest first
    Recovered recovered_;
    std::unordered_set<LogId> incomplete_;  ///< logs of which entries were not found yet
};

void Recovery::read_head() {
    const auto head = read_journal_head(files_, directories_.head);
    if (!head) {
        log(LogLevel::kWarn, "whether the journal was cut short cannot be told",
            {{"reason", head.error().message}});
    }
    durable_until_ = head.value_or(0);
}

Result<> Recovery::list_segments() {
    const auto entries = files_.list(directories_.journal);
    if (!entries) return std::unexpected(entries.error());
    for (const files::DirectoryEntry& entry : *entries) {
        if (const auto base = parse_segment_name(entry.name)) bases_.push_back(*base);
        if (entry.name != kUnfinishedSegmentName) continue;
        if (auto removed = files_.remove(files::join(directories_.journal, entry.name)); !removed)
            return removed;
    }
    std::sort(bases_.begin(), bases_.end());
    return {};
}

Result<> Recovery::open_newest() {
    if (!bases_.empty()) {
        const std::uint64_t base = bases_.back();
        bases_.pop_back();
        return resume(base);
    }
    if (durable_until_ > 0) {
        return fail(
            ErrorCode::kCorruption,
            fmt::format("the journal was written up to place {}, and there is no segment in {}: has it "
                        "been removed? To begin with an empty journal, remove {}",
                        durable_until_, directories_.journal, directories_.head));
    }
    auto first = SegmentWriter::create(files_, directories_.journal, {}, mode_);
    if (!first) return std::unexpected(std::move(first.error()));
    recovered_.active = std::move(*first);
    recovered_.index.set_file(FileId::segment(0), {.bytes = recovered_.active->size()});
    return {};
}

Result<> Recovery::resume(std::uint64_t base) {
    const std::string path = path_of(base);
    auto file = files_.open(path, files::OpenMode::kReadWrite);
    if (!file) return std::unexpected(std::move(file.error()));
    const auto size = (*file)->size();
    if (!size) return std::unexpected(size.error());
    std::string header(kSegmentHeaderBytes, '\0');
    const auto count = (*file)->read_at(0, header);
    if (!count) return std::unexpected(count.error());
    header.resize(*count);
    const HeaderState state = check_segment_header(header, base);
    if (state == HeaderState::kNewerVersion) return fail_newer_version(path, header);

    auto contents = scan_segment(**file, path, base);
    if (!contents) return std::unexpected(std::move(contents.error()));
    if (state == HeaderState::kDamaged) return fail_damaged(path, 0, kDamagedHeader);
    // A segment is whole, and synced, before it gets its name: no interrupted write leaves it so.
    if (!contents->has_table()) return fail_damaged(path, kSegmentHeaderBytes, kNoTable);

    // Before anything is changed: it may be a copy that is not done yet.
    if (auto reached = check_end(base + contents->data_end); !reached) return reached;

    if (contents->torn) {
        log(LogLevel::kWarn, "cutting off the trace of a write that was interrupted",
            {{"file", path},
             {"at", std::to_string(contents->data_end)},
             {"bytes", std::to_string(*size - contents->data_end)}});
    }
    // Also when that is the size already: if the last process cut the file and its sync failed, what it cut
    // off is still on the disk and would come back with a crash, behind frames written since.
    if (auto cut = (*file)->truncate(contents->data_end); !cut)
        return std::unexpected(std::move(cut.error()));
    if (mode_.when != FsyncMode::When::kNever) {
        if (auto durable = make_durable(**file, contents->settled, contents->data_end); !durable) {
            return std::unexpected(std::move(durable.error()));
        }
    }
    adopt(base, std::move(*file), std::move(*contents));
    return {};
}

void Recovery::adopt(std::uint64_t base, std::unique_ptr<files::File> file, SegmentContents contents) {
    for (const auto& [log, state] : contents.table) recovered_.index.restore(log, state);
    recovered_.index.set_file(FileId::segment(base), {.bytes = contents.data_end});
    recovered_.table = std::move(contents.table);
    offer(FileId::segment(base), contents.index);
    recovered_.active = std::make_unique<SegmentWriter>(std::move(file), base, contents.cleared,
                                                        contents.data_end, std::move(contents.index), mode_);
}

/// What the last process wrote and perhaps never synced will be built upon. It is written once more, because
/// after a sync that failed the system takes the pages for clean, and the next sync succeeds without writing
/// them.
Result<> Recovery::make_durable(files::File& file, std::uint64_t settled, std::uint64_t end) {
    std::string bytes;
    for (std::uint64_t at = settled; at < end; at += bytes.size()) {
        bytes.resize(static_cast<std::size_t>(std::min<std::uint64_t>(end - at, kRewriteBytes)));
        if (auto read = file.read_at(at, bytes); !read) return std::unexpected(std::move(read.error()));
        const std::string_view pieces[] = {bytes};
        if (auto written = file.write_at(at, pieces); !written) return written;
    }
    if (auto synced = file.sync(); !synced) return synced;
    return files_.sync_directory(directories_.journal);
}

void Recovery::offer(FileId file, const SegmentIndex& index) {
    for (const auto& [log, runs] : index) {
        for (Extent& extent : extents_of(file, runs)) recovered_.index.offer(log, std::move(extent));
    }
}

Result<> Recovery::add_archives() {
    const auto entries = files_.list(directories_.archive);
    if (!entries) return std::unexpected(entries.error());
    std::vector<std::uint64_t> numbers;
    for (const files::DirectoryEntry& entry : *entries) {
        if (const auto number = parse_archive_name(entry.name)) numbers.push_back(*number);
        if (!is_partial_archive(entry.name)) continue;
        auto removed = files_.remove(files::join(directories_.archive, entry.name));
        if (!removed) return removed;
    }
    if (numbers.empty()) return {};
    // A name that was given just before a kill may not be durable yet, and what it replaces goes soon.
    if (auto synced = files_.sync_directory(directories_.archive); !synced) return synced;
    std::sort(numbers.begin(), numbers.end(), std::greater{});
    recovered_.next_archive = numbers.front() + 1;
    // Where two files hold the same entries, the newer one was made to replace the older.
    for (const std::uint64_t number : numbers) {
        if (auto added = add_archive(number); !added) return added;
    }
    return {};
}

Result<> Recovery::add_archive(std::uint64_t number) {
    const std::string path = directories_.path_of(FileId::archive(number));
    auto file = files_.open(path, files::OpenMode::kRead);
    if (!file) return std::unexpected(std::move(file.error()));
    auto archive = read_archive(**file, path, number);
    if (!archive) return std::unexpected(std::move(archive.error()));
    ArchivedFile archived = archived_file(number, std::move(*archive));
    const std::uint64_t end = recovered_.active->base() + recovered_.active->size();
    if (archived.state.until > end) {
        return fail(ErrorCode::kCorruption,
                    fmt::format("{} was made when the journal was longer than what is in {}: has a file been "
                                "removed from there?",
                                path, directories_.journal));
    }
    if (archived.state.until > recovered_.active->cleared()) offer(archived.id, archived.index);
    recovered_.index.set_file(archived.id, archived.state);
    return {};
}

Result<SegmentIndex> Recovery::index_of(std::uint64_t base) {
    const std::string path = path_of(base);
    auto file = files_.open(path, files::OpenMode::kRead);
    if (!file) return std::unexpected(std::move(file.error()));
    std::string header(kSegmentHeaderBytes, '\0');
    const auto count = (*file)->read_at(0, header);
    if (!count) return std::unexpected(count.error());
    header.resize(*count);
    const HeaderState state = check_segment_header(header, base);
    if (state == HeaderState::kNewerVersion) return fail_newer_version(path, header);
    if (state == HeaderState::kDamaged) return fail_damaged(path, 0, kDamagedHeader);

    // It may come from a life with kNever, and nothing tells.
    if (mode_.when != FsyncMode::When::kNever) {
        if (auto synced = (*file)->sync(); !synced) return std::unexpected(std::move(synced.error()));
    }
    auto index = read_segment_index(**file, path, base);
    if (!index) return std::unexpected(std::move(index.error()));
    if (*index) return std::move(**index);
    auto contents = scan_segment(**file, path, base);
    if (!contents) return std::unexpected(std::move(contents.error()));
    if (contents->torn || contents->blank_end) {
        return fail_damaged(path, contents->data_end,
                            "no valid frame begins here, and newer segments follow");
    }
    return std::move(contents->index);
}

void Recovery::find_incomplete() {
    for (const auto& [log, state] : recovered_.table) {
        if (recovered_.index.first_gap(log)) incomplete_.insert(log);
    }
}

Result<> Recovery::add_older(std::uint64_t base) {
    if (incomplete_.empty() || base < recovered_.active->cleared()) {
        recovered_.dead.push_back(FileId::segment(base));
        return {};
    }
    auto info = files_.info(path_of(base));
    if (!info) return std::unexpected(std::move(info.error()));
    auto index = index_of(base);
    if (!index) return std::unexpected(std::move(index.error()));
    offer(FileId::segment(base), *index);
    recovered_.index.set_file(FileId::segment(base), {.bytes = info->size, .sealed = true});
    std::erase_if(incomplete_, [&](LogId log) { return !recovered_.index.first_gap(log); });
    return {};
}

Result<> Recovery::check_end(std::uint64_t end) const {
    if (end >= durable_until_) return {};
    return fail(
        ErrorCode::kCorruption,
        fmt::format("the journal in {} ends at place {}, and was durable up to {}: its newest segment was "
                    "cut or removed; millrace "
                    "doctor says what can be read. If older files were put back on purpose, remove {}",
                    directories_.journal, end, durable_until_, directories_.head));
}

Result<> Recovery::check_complete() const {
    for (const LogId log : incomplete_) {
        const LogIndex::Gap gap = *recovered_.index.first_gap(log);
        return fail(
            ErrorCode::kCorruption,
            fmt::format("entries {} to {} of log {} are missing: has a file been removed from {} or {}?",
                        gap.first.value(), gap.end.value() - 1, log.value(), directories_.journal,
                        directories_.archive));
    }
    return {};
}

Result<Recovered> Recovery::run() {
    read_head();
    if (auto listed = list_segments(); !listed) return std::unexpected(std::move(listed.error()));
    if (auto opened = open_newest(); !opened) return std::unexpected(std::move(opened.error()));
    if (auto added = add_archives(); !added) return std::unexpected(std::move(added.error()));
    find_incomplete();
    for (; !bases_.empty(); bases_.pop_back()) {
        if (auto added = add_older(bases_.back()); !added) return std::unexpected(std::move(added.error()));
    }
    if (auto checked = check_complete(); !checked) return std::unexpected(std::move(checked.error()));
    for (const FileId file : recovered_.index.take_dead_files()) recovered_.dead.push_back(file);
    return std::move(recovered_);
}

}  // namespace

Result<Recovered> recover_journal(files::FileSystem& files, const StorageDirectories& directories,
                                  FsyncMode mode) {
    return Recovery{files, directories, mode}.run();
}

}  // namespace millrace::storage
