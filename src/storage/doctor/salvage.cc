#include "storage/doctor/salvage.h"

#include <algorithm>
#include <fmt/format.h>
#include <limits>
#include <optional>
#include <span>
#include <unordered_map>
#include <utility>

#include "files/helpers.h"
#include "storage/archive/archive_outputs.h"
#include "storage/archive/archive_plan.h"
#include "storage/archive/archive_verifier.h"
#include "storage/catalog/catalog_entry.h"
#include "storage/journal/data_directory.h"
#include "storage/journal/segment_verifier.h"
#include "storage/journal/segment_writer.h"

namespace millrace::storage {
namespace {

constexpr LogId kCatalogLog{0};
/// Nothing but a contradiction leaves a larger gap in a log: what lies before it is given up.
constexpr std::uint64_t kGapMax = 1ULL << 40;
constexpr std::uint64_t kPlaceMax = 1ULL << 62;

/// What the files being written hold of a log.
struct UnitLog {
    Offset next;
    WallTime newest = WallTime::min();
};

/// A log as it is written, and what of it was.
struct OutputLog {
    LogState state;
    OffsetRanges copied;
    OffsetRanges skipped;  ///< nobody knows whether there were entries
    /// Of the last entry of each run of copied ones, by the offset behind it.
    std::map<Offset, WallTime> times;
};

class Salvage {
  public:
    Salvage(files::FileSystem& files, const Inspection& inspection, StorageDirectories directories,
            const Progress& progress)
        : files_(files), inspection_(inspection), directories_(std::move(directories)), progress_(progress) {}

    Result<Salvaged> run(const CopyRest& rest, const std::string& destination) {
        // Places go on where the old journal ended: what was made before the first segment is there is then
        // refused by a start.
        place_ = std::clamp<std::uint64_t>(inspection_.journal_end, 1, kPlaceMax);
        for (const FileContents& source : inspection_.sources) total_ += source.bytes;
        plan_logs();
        if (auto copied = copy_sources(); !copied) return std::unexpected(std::move(copied.error()));
        Salvaged report = sum_up();
        if (auto written = write_gaps(); !written) return std::unexpected(std::move(written.error()));
        if (rest) {
            if (auto copied = rest(destination); !copied) return std::unexpected(std::move(copied.error()));
        }
        if (auto written = write_segment(); !written) return std::unexpected(std::move(written.error()));
        return report;
    }

    /// An entry of a source.
    void take(const FileContents& source, LogId id, Offset offset, WallTime time, std::string_view payload) {
        const auto wanted = source.logs.find(id);
        if (failed_ || wanted == source.logs.end() || !wanted->second.entries.contains(offset)) return;
        OutputLog& log = logs_.at(id);
        UnitLog& unit = unit_[id];
        // Only what contradicts itself is out of order.
        if (offset < log.state.begin || offset < unit.next) return;
        unit = {Offset{offset.value() + 1}, std::max(time, unit.newest)};
        if (auto added = add(id, offset, unit.newest, payload); !added) {
            failed_ = std::move(added.error());
            return;
        }
        const Offset next{offset.value() + 1};
        log.copied.add(offset, next);
        log.times.erase(offset);
        log.times[next] = unit.newest;
        log.state.newest = std::max(log.state.newest, unit.newest);
    }

  private:
    void plan_logs() {
        for (const auto& [id, found] : inspection_.logs) {
            OutputLog& log = logs_[id];
            log.state = found.state;
            const auto& ranges = found.readable.ranges();
            if (ranges.empty()) {
                log.state.begin = log.state.end;
            } else {
                // The largest part without an absurd gap, from the end.
                auto range = std::prev(ranges.end());
                log.state.end = std::min(log.state.end, Offset{range->end.value() + kGapMax});
                while (range != ranges.begin() &&
                       range->first.value() - std::prev(range)->end.value() <= kGapMax)
                    --range;
                log.state.begin = range->first;
            }
            log.skipped = found.skipped;
            if (!found.end_unknown) continue;
            const Offset known = log.state.end;
            log.state.end = Offset{std::min(known.value() + kOffsetsSkipped, kOffsetMax)};
            log.skipped.add(known, log.state.end);
            if (ranges.empty()) log.state.begin = log.state.end;
        }
    }

    /// As the archiver does it: a few segments together, archive files one by one.
    Result<> copy_sources() {
        std::span<const FileContents> left = inspection_.sources;
        while (!left.empty()) {
            std::size_t unit = 1;
            if (left.front().id.is_segment()) unit = std::min(left.size(), ArchivePolicy{}.segments_per_pass);
            if (auto copied = copy_unit(left.first(unit)); !copied) return copied;
            left = left.subspan(unit);
        }
        return {};
    }

    Result<> copy_unit(std::span<const FileContents> sources) {
        begin_unit(sources);
        for (const FileContents& source : sources) {
            copy_source(source);
            if (failed_) return std::unexpected(*failed_);
        }
        return end_unit();
    }

    void begin_unit(std::span<const FileContents> sources) {
        ArchiveOutputs::Options options{.files = files_,
                                        .directory = directories_.archive,
                                        .first_number = next_number_,
                                        .until = place_,
                                        .own_file_bytes = ArchivePolicy{}.own_file_payload_bytes};
        for (const FileContents& source : sources) {
            for (const auto& [id, log] : source.logs) options.sizes[id] += log.payload_bytes;
        }
        if (const auto level = sources.empty() ? std::nullopt : sources.front().level) {
            // What shared a file goes on doing so.
            const bool own = *level == kOwnFileLevel;
            options.level = own ? 0 : *level;
            options.own_file_bytes = own ? 0 : std::numeric_limits<std::uint64_t>::max();
        }
        outputs_.emplace(std::move(options));
        unit_.clear();
    }

    Result<> add(LogId id, Offset offset, WallTime time, std::string_view payload) {
        return outputs_->add(id, offset, time, payload);
    }

    Result<> end_unit() {
        const auto made = outputs_->finish();
        if (!made) return std::unexpected(made.error());
        next_number_ += made->size();
        return {};
    }

    /// What cannot be read any more is missed later.
    void copy_source(const FileContents& source) {
        const auto file = files_.open(source.path, files::OpenMode::kRead);
        if (!file) return;
        WatchedFile watched{**file, progress_, done_, source.bytes, total_};
        done_ += source.bytes;
        if (source.id.is_segment()) {
            SegmentCopy copy{*this, source};
            static_cast<void>(verify_segment(watched, source.path, source.id.number, false, copy));
        } else {
            ArchiveCopy copy{*this, source};
            static_cast<void>(verify_archive(watched, source.path, source.id.number, copy));
        }
    }

    struct SegmentCopy final : SegmentVisitor {
        SegmentCopy(Salvage& to, const FileContents& from) : salvage(to), source(from) {}
        void on_frame(const Frame& frame, std::uint64_t) override {
            const FrameHeader& header = frame.header;
            if (header.kind == FrameKind::kEntry)
                salvage.take(source, header.log, header.offset, header.time, frame.payload);
        }
        void on_damage(const SegmentDamage&) override {}
        Salvage& salvage;
        const FileContents& source;
    };

    struct ArchiveCopy final : ArchiveVisitor {
        ArchiveCopy(Salvage& to, const FileContents& from) : salvage(to), source(from) {}
        void on_block(LogId log, const std::vector<Entry>& entries) override {
            for (const Entry& entry : entries)
                salvage.take(source, log, entry.offset, entry.time, entry.payload.view());
        }
        void on_damage(const ArchiveDamage&) override {}
        Salvage& salvage;
        const FileContents& source;
    };

    [[nodiscard]] Salvaged sum_up() const {
        Salvaged report;
        for (const auto& [id, log] : logs_) {
            const std::uint64_t copied = log.copied.count();
            const Inspection::Log& found = inspection_.logs.at(id);
            report.logs[id] = {copied, found.readable.count() + found.lost.count() - copied};
        }
        return report;
    }

    /// And the catalog's mark.
    Result<> write_gaps() {
        begin_unit({});
        for (const auto& [id, log] : logs_) {
            if (auto written = write_gaps(id, log); !written) return written;
        }
        if (auto reserved = reserve_log_ids(); !reserved) return reserved;
        return end_unit();
    }

    /// The segment that makes all of it a journal.
    Result<> write_segment() {
        LogTable table;
        for (const auto& [id, log] : logs_) table[id] = log.state;
        auto segment =
            SegmentWriter::create(files_, directories_.journal, {.base = place_, .table = table}, {});
        if (!segment) return std::unexpected(std::move(segment.error()));
        return {};
    }

    Result<> write_gaps(LogId id, const OutputLog& log) {
        for (const OffsetRange& gap :
             OffsetRanges{log.state.begin, log.state.end}.without(log.copied).ranges()) {
            const auto before = log.times.find(gap.first);
            const WallTime time = before == log.times.end() ? WallTime::min() : before->second;
            std::map<Offset, std::pair<Offset, GapReason>> parts;
            const OffsetRanges whole{gap.first, gap.end};
            for (const OffsetRange& part : whole.without(log.skipped).ranges())
                parts[part.first] = {part.end, GapReason::kLost};
            for (const OffsetRange& part : whole.intersection(log.skipped).ranges())
                parts[part.first] = {part.end, GapReason::kSkipped};
            for (const auto& [first, part] : parts) {
                if (auto written = write_gap(id, {first, part.first}, time, part.second); !written)
                    return written;
            }
        }
        return {};
    }

    Result<> write_gap(LogId id, OffsetRange gap, WallTime time, GapReason why) {
        constexpr std::uint64_t kCountMax = std::numeric_limits<std::uint32_t>::max();
        while (gap.first < gap.end) {
            const std::uint64_t count = std::min(gap.count(), kCountMax);
            auto added = outputs_->add_gap(id, gap.first, static_cast<std::uint32_t>(count), time, why);
            if (!added) return added;
            gap.first = Offset{gap.first.value() + count};
        }
        return {};
    }

    /// Changes of the catalog that are lost may have given out log ids.
    Result<> reserve_log_ids() {
        const auto found = inspection_.logs.find(kCatalogLog);
        const bool whole = found == inspection_.logs.end()
                               ? inspection_.sound()
                               : !found->second.end_unknown && found->second.lost.empty() &&
                                     logs_.at(kCatalogLog).copied == found->second.readable;
        if (whole) return {};
        OutputLog& log = logs_[kCatalogLog];
        const std::string payload =
            encode(Reservation{std::min(inspection_.log_ids_below, kOffsetMax) + kLogIdsSkipped});
        const Offset offset = log.state.end;
        if (offset.value() >= kOffsetMax) return {};
        log.state.end = Offset{offset.value() + 1};
        return add(kCatalogLog, offset, log.state.newest, payload);
    }

    files::FileSystem& files_;
    const Inspection& inspection_;
    const StorageDirectories directories_;
    const Progress& progress_;
    std::uint64_t place_ = 0;
    std::uint64_t next_number_ = 0;
    std::uint64_t total_ = 0;
    std::uint64_t done_ = 0;
    std::map<LogId, OutputLog> logs_;
    std::optional<ArchiveOutputs> outputs_;
    std::unordered_map<LogId, UnitLog> unit_;
    std::optional<Error> failed_;
};

/// Whether it had to be created.
Result<bool> make_destination(files::FileSystem& files, const std::string& path) {
    const auto info = files.info(path);
    if (!info && info.error().code != ErrorCode::kNotFound) return std::unexpected(info.error());
    if (!info) return true;
    if (info->kind == files::FileKind::kDirectory) {
        const auto entries = files.list(path);
        if (!entries) return std::unexpected(entries.error());
        if (entries->empty()) return false;
    }
    return fail(ErrorCode::kAlreadyExists,
                path + " is there already; a salvage goes into a directory that is new or empty");
}

}  // namespace

Result<Salvaged> salvage(files::FileSystem& files, const Inspection& inspection,
                         const std::string& destination, const CopyRest& rest, const Progress& progress) {
    if (inspection.newer_version) {
        return fail(
            ErrorCode::kCorruption,
            "a file was written by a newer millrace, and this one cannot tell what it holds: salvage with "
            "the newer one");
    }
    const auto is_new = make_destination(files, destination);
    if (!is_new) return std::unexpected(is_new.error());
    auto directory = open_data_directory(files, destination);
    if (!directory) return std::unexpected(std::move(directory.error()));
    auto salvaged = Salvage{files, inspection, directory->directories, progress}.run(rest, destination);
    if (!salvaged) {
        // The reason is worth more than what may fail here.
        static_cast<void>(files::remove_tree(files, destination));
        if (!*is_new) static_cast<void>(files.create_directory(destination));
    }
    return salvaged;
}

}  // namespace millrace::storage
