#include "storage/doctor/directory_contents.h"

#include <algorithm>
#include <fmt/format.h>
#include <utility>

#include "files/helpers.h"
#include "storage/archive/archive_format.h"
#include "storage/archive/archive_reader.h"
#include "storage/archive/archive_verifier.h"
#include "storage/journal/journal_head.h"
#include "storage/journal/segment_format.h"
#include "storage/journal/segment_reader.h"
#include "storage/journal/segment_verifier.h"
#include "storage/patient_file.h"

namespace millrace::storage {
namespace {

using Part = SegmentDamage::Part;
using Severity = Finding::Severity;

constexpr LogId kCatalogLog{0};
/// Further ones in the same file are counted with the last.
constexpr std::size_t kTroublesPerFileMax = 100;

/// Gathers what one file holds into the contents of its directory.
class FileReading {
  public:
    FileReading(DirectoryContents& into, FileId id, const std::string& path, std::uint64_t bytes)
        : into_(into) {
        into_.files.push_back({.id = id, .path = path, .bytes = bytes, .logs = {}});
        first_trouble_ = into_.troubles.size();
    }
    ~FileReading() {
        if (more_ == 0) return;
        into_.troubles.back().finding.what += fmt::format("; {} more places in this file are damaged", more_);
    }
    FileReading(const FileReading&) = delete;
    FileReading& operator=(const FileReading&) = delete;

    [[nodiscard]] FileContents& file() { return into_.files.back(); }
    [[nodiscard]] bool untroubled() const { return into_.troubles.size() == first_trouble_; }

    void add(LogId log, const Entry& entry) { add(log, entry.offset, entry.time, entry.payload.view()); }
    void add(LogId log, Offset offset, WallTime time, std::string_view payload) {
        FileContents::Log& found = file().logs[log];
        found.entries.add(offset, Offset{offset.value() + 1});
        found.payload_bytes += payload.size();
        found.newest = std::max(found.newest, time);
        if (log == kCatalogLog) into_.catalog[offset] = {into_.files.size() - 1, time, std::string{payload}};
    }

    void report(std::optional<std::uint64_t> position, std::string what, Trouble trouble = {},
                Severity severity = Severity::kProblem) {
        if (into_.troubles.size() - first_trouble_ == kTroublesPerFileMax) {
            ++more_;
            for (const auto& [log, entries] : trouble.candidates)
                into_.troubles.back().candidates[log].add(entries);
            return;
        }
        trouble.finding = {severity, file().path, position, std::move(what)};
        trouble.file = file().id;
        into_.troubles.push_back(std::move(trouble));
    }

  private:
    DirectoryContents& into_;
    std::size_t first_trouble_ = 0;
    std::size_t more_ = 0;
};

class ArchiveReading final : public ArchiveVisitor {
  public:
    explicit ArchiveReading(FileReading& reading) : reading_(reading) {}

    void on_block(LogId log, const std::vector<Entry>& entries) override {
        if (entries.empty() || entries.back().offset.value() >= kOffsetMax) return;
        for (const Entry& entry : entries) reading_.add(log, entry);
    }
    void on_damage(const ArchiveDamage& damage) override {
        Trouble trouble;
        if (damage.lost) {
            const auto& [log, first, count] = *damage.lost;
            trouble.candidates[log].add(first, Offset{first.value() + count});
        }
        reading_.report(damage.position, damage.what, std::move(trouble));
    }

  private:
    FileReading& reading_;
};

class SegmentReading final : public SegmentVisitor {
  public:
    SegmentReading(FileReading& reading, DirectoryContents& into, bool newest)
        : reading_(reading), into_(into), base_(reading.file().id.number), newest_(newest) {
        into_.history.begin_segment(base_);
        end_ = base_ + reading_.file().bytes;
    }

    void on_frame(const Frame& frame, std::uint64_t position) override {
        last_ = Met::kFrame;
        const FrameHeader& header = frame.header;
        if (!into_.history.apply(frame, base_ + position)) {
            reading_.report(position, "the frame is valid but contradicts what came before",
                            {.finding = {}, .place = base_ + position});
            if (header.kind != FrameKind::kTable) return;
        }
        switch (header.kind) {
            case FrameKind::kTable:
                return forget_catalog();
            case FrameKind::kEntry:
                add_to_runs(index_[header.log], header.offset, header.time,
                            static_cast<std::uint32_t>(position), static_cast<std::uint32_t>(frame.bytes()));
                return reading_.add(header.log, header.offset, header.time, frame.payload);
            case FrameKind::kRemove:
                index_.erase(header.log);
                return;
            case FrameKind::kIndex:
                if (newest_) end_ = std::min(end_, base_ + position);
                if (reading_.untroubled() && decode_segment_index(frame.payload) != index_)
                    reading_.report(position, "the index names other entries than the segment holds");
                return;
            case FrameKind::kTrim:
                return;
        }
    }

    void on_damage(const SegmentDamage& damage) override {
        last_ = Met::kDamage;
        if (damage.torn) return on_torn(damage);
        Trouble trouble;
        std::string what = damage.what;
        if (damage.part == Part::kFrames) {
            into_.history.miss();
            trouble.place = base_ + damage.position;
            trouble.header = damage.header;
            const bool at_end = damage.end == reading_.file().bytes;
            what += at_end ? ", and none follows" : fmt::format("; the next is at byte {}", damage.end);
        }
        reading_.report(damage.position, std::move(what), std::move(trouble));
    }

    void finish(bool sealed) {
        if (!sealed && !newest_ && last_ != Met::kDamage) {
            // All logs may have been dropped here: then nothing needs the segment.
            reading_.report(reading_.file().bytes,
                            "the segment ends without its index, yet a newer one follows",
                            {.finding = {}, .place = end_});
        }
        into_.history.end_segment(base_ + reading_.file().bytes, sealed, last_ == Met::kFrame);
        if (newest_) into_.end = end_;
    }

  private:
    void on_torn(const SegmentDamage& damage) {
        const std::uint64_t bytes = reading_.file().bytes - damage.position;
        end_ = std::min(end_, base_ + damage.position);
        if (!std::exchange(torn_, true)) {
            reading_.report(
                damage.position,
                fmt::format(
                    "{} bytes from here on are the trace of a write that was interrupted; the next start "
                    "cuts them off",
                    bytes),
                {}, Severity::kNote);
        }
        if (damage.part != Part::kFrames) return;
        if (!into_.settled) into_.settled = into_.history;
        into_.history.miss();
    }

    /// What the table does not name any more need not be kept.
    void forget_catalog() {
        const auto& logs = into_.history.logs();
        const auto catalog = logs.find(kCatalogLog);
        if (catalog == logs.end()) return into_.catalog.clear();
        into_.catalog.erase(into_.catalog.begin(), into_.catalog.lower_bound(catalog->second.state.begin));
    }

    FileReading& reading_;
    DirectoryContents& into_;
    std::uint64_t base_;
    bool newest_;
    std::uint64_t end_ = 0;  ///< of what a start would keep
    bool torn_ = false;
    enum class Met { kNothing, kFrame, kDamage } last_ = Met::kNothing;
    SegmentIndex index_;
};

class DirectoryReading {
  public:
    DirectoryReading(files::FileSystem& files, const StorageDirectories& directories,
                     const Progress& progress)
        : files_(files), directories_(directories), progress_(progress) {}

    Result<DirectoryContents> run() {
        if (auto listed = list(directories_.archive, parse_archive_name, archives_); !listed)
            return std::unexpected(std::move(listed.error()));
        if (auto listed = list(directories_.journal, parse_segment_name, segments_); !listed)
            return std::unexpected(std::move(listed.error()));
        if (segments_.empty())
            note(directories_.journal,
                 "there is no segment here: nothing was written yet, or all of it is gone");
        // Names have a fixed number of digits: lists are in ascending order.
        std::vector<FileId> ids;
        for (const std::uint64_t number : archives_) ids.push_back(FileId::archive(number));
        const std::size_t readable = find_newest();
        for (std::size_t i = 0; i < readable; ++i) ids.push_back(FileId::segment(segments_[i]));
        for (const FileId id : ids) total_ += size_of(id);
        for (const FileId id : ids) read(id);
        for (std::size_t i = readable; i < segments_.size(); ++i)
            report_unreadable(FileId::segment(segments_[i]));
        compare_with_head();
        contents_.bytes = total_;
        return std::move(contents_);
    }

  private:
    Result<> list(const std::string& directory, std::optional<std::uint64_t> (*parse)(std::string_view),
                  std::vector<std::uint64_t>& numbers) {
        const auto entries = files_.list(directory);
        if (!entries && entries.error().code == ErrorCode::kNotFound) return {};
        if (!entries) return std::unexpected(entries.error());
        for (const files::DirectoryEntry& entry : *entries) {
            if (const auto number = parse(entry.name)) {
                numbers.push_back(*number);
                continue;
            }
            note(files::join(directory, entry.name),
                 is_partial_archive(entry.name) || entry.name == kUnfinishedSegmentName
                     ? "a file that was never finished; the next start removes it"
                     : "not a file of millrace; nothing reads it");
        }
        return {};
    }

    /// A newest segment that is missing, or was cut, shows nowhere else.
    void compare_with_head() {
        const auto head = read_journal_head(files_, directories_.head);
        const auto say = [this](Severity severity, std::string what) {
            contents_.troubles.push_back({{severity, directories_.head, {}, std::move(what)}});
        };
        if (!head) return say(Severity::kProblem, head.error().message);
        const std::uint64_t end = segments_.empty() ? 0 : contents_.end;
        if (*head <= end) return;
        say(Severity::kProblem,
            fmt::format("the journal ends at place {}, and was durable up to {}: its newest "
                        "segment was cut or removed, and what it held is lost",
                        end, *head));
    }

    void note(std::string path, std::string what) {
        contents_.troubles.push_back({{Severity::kNote, std::move(path), {}, std::move(what)}});
    }

    std::uint64_t size_of(FileId id) {
        const auto info = files_.info(directories_.path_of(id));
        return info ? info->size : 0;
    }

    /// How many segments there are up to the newest of which anything can be read.
    std::size_t find_newest() {
        std::size_t readable = segments_.size();
        while (readable > 0 && is_unreadable(segments_[readable - 1])) --readable;
        if (readable > 0) contents_.newest = FileId::segment(segments_[readable - 1]);
        return readable;
    }

    bool is_unreadable(std::uint64_t base) {
        const auto file = files_.open(directories_.path_of(FileId::segment(base)), files::OpenMode::kRead);
        if (!file) return false;
        PatientFile patient{**file};
        const auto size = patient.size();
        if (!size) return false;
        if (*size < kSegmentHeaderBytes) return true;
        std::string header(kSegmentHeaderBytes, '\0');
        static_cast<void>(patient.read_at(0, header));
        if (check_segment_header(header, base) == HeaderState::kNewerVersion) return false;
        SegmentScanner scanner{patient, base, *size};
        const auto step = scanner.next();
        if (!step || *step == SegmentScanner::Step::kFrame) return false;
        const auto settled = scanner.find_settled_frame();
        return settled && !*settled;
    }

    /// A segment is whole before it gets its name, so entries may have been here.
    void report_unreadable(FileId id) {
        const std::uint64_t bytes = size_of(id);
        total_ += bytes;
        FileReading reading{contents_, id, directories_.path_of(id), bytes};
        contents_.history.begin_segment(id.number);
        contents_.history.end_segment(id.number + bytes, false, false);
        reading.report(0, fmt::format("the segment has {} bytes, but none of them is a valid frame", bytes),
                       {.finding = {}, .place = id.number});
    }

    void read(FileId id) {
        const std::string path = directories_.path_of(id);
        const std::uint64_t bytes = size_of(id);
        const bool segment = id.is_segment();
        if (segment && !contents_.files.empty() && contents_.files.back().id.is_segment())
            report_hole(id.number);
        FileReading reading{contents_, id, path, bytes};
        const auto file = files_.open(path, files::OpenMode::kRead);
        if (!file) return fail(reading, file.error());
        WatchedFile watched{**file, progress_, done_, bytes, total_};
        done_ += bytes;
        segment ? read_segment(reading, watched) : read_archive_file(reading, watched);
    }

    /// Segments in which nothing lives are removed, so there is nothing wrong with a hole by itself.
    void report_hole(std::uint64_t base) {
        const std::uint64_t end = contents_.history.end();
        if (base == end) return;
        contents_.troubles.push_back(
            {.finding = {Severity::kProblem,
                         directories_.journal,
                         {},
                         fmt::format("from place {} to {} of the journal a segment is missing", end, base)},
             .place = end,
             .only_if_lost = true});
    }

    void fail(FileReading& reading, const Error& error) {
        contents_.newer_version |= error.code == ErrorCode::kCorruption;
        const FileContents& file = reading.file();
        if (file.id == contents_.newest) contents_.end = file.id.number + file.bytes;
        if (file.id.is_segment()) {
            contents_.history.begin_segment(file.id.number);
            contents_.history.end_segment(file.id.number + file.bytes, false, false);
            reading.report({}, error.message, {.finding = {}, .place = file.id.number});
        } else {
            reading.report({}, error.message);
        }
    }

    void read_segment(FileReading& reading, files::File& file) {
        const FileContents& contents = reading.file();
        const bool newest = contents.id == contents_.newest;
        SegmentReading visitor{reading, contents_, newest};
        const auto sealed = verify_segment(file, contents.path, contents.id.number, newest, visitor);
        if (!sealed) return fail(reading, sealed.error());
        visitor.finish(*sealed);
    }

    void read_archive_file(FileReading& reading, files::File& file) {
        FileContents& contents = reading.file();
        const std::uint64_t number = contents.id.number;
        ArchiveReading visitor{reading};
        if (const auto verified = verify_archive(file, contents.path, number, visitor); !verified)
            return fail(reading, verified.error());
        PatientFile patient{file};
        std::string header(kArchiveHeaderBytes, '\0');
        header.resize(patient.read_at(0, header).value_or(0));
        if (const auto decoded = decode_archive_header(header, number)) {
            contents.until = decoded->until;
            contents.level = decoded->level;
        }
        const auto archive = read_archive(patient, contents.path, number);
        if (!archive) return;
        for (const auto& [log, runs] : archive->index) {
            for (const Run& run : runs) {
                if (!run.is_gap() || run.end().value() > kOffsetMax) continue;
                FileContents::Log& found = contents.logs[log];
                (run.gap_reason() == GapReason::kLost ? found.lost : found.skipped).add(run.first, run.end());
            }
        }
    }

    files::FileSystem& files_;
    const StorageDirectories& directories_;
    const Progress& progress_;
    std::vector<std::uint64_t> archives_;
    std::vector<std::uint64_t> segments_;
    std::uint64_t total_ = 0;
    std::uint64_t done_ = 0;
    DirectoryContents contents_;
};

}  // namespace

Result<DirectoryContents> read_directory(files::FileSystem& files, const StorageDirectories& directories,
                                         const Progress& progress) {
    return DirectoryReading{files, directories, progress}.run();
}

}  // namespace millrace::storage
