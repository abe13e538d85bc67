#include "storage/doctor/inspection.h"

#include <algorithm>
#include <fmt/format.h>
#include <numeric>
#include <set>
#include <utility>

namespace millrace::storage {
namespace {

using Severity = Finding::Severity;

constexpr LogId kCatalogLog{0};

/// Judges what was read.
class Judgement {
  public:
    explicit Judgement(DirectoryContents contents) : contents_(std::move(contents)) {}

    Inspection run() {
        find_latecomers();
        gather();
        const std::map<LogId, LogState> seen_by_start =
            contents_.settled ? complete(*contents_.settled) : complete(contents_.history);
        for (const auto& [id, state] : complete(contents_.history)) inspection_.logs[id].state = state;
        add_likely_entries();
        choose_sources();
        attribute_losses(seen_by_start);
        find_unknown_ends();
        read_catalog();
        note_needless_files();
        for (Trouble& trouble : contents_.troubles) inspection_.add(std::move(trouble.finding));
        inspection_.files = contents_.files.size();
        inspection_.bytes = contents_.bytes;
        inspection_.newer_version = contents_.newer_version;
        return std::move(inspection_);
    }

  private:
    [[nodiscard]] bool counts(const FileContents& file) const {
        const std::uint64_t cleared = contents_.history.cleared();
        return file.id.is_segment() ? file.id.number >= cleared : !file.until || *file.until > cleared;
    }

    void gather() {
        for (const FileContents& file : contents_.files) {
            if (!counts(file)) continue;
            for (const auto& [id, log] : file.logs) {
                found_[id].add(log.entries);
                known_lost_[id].add(log.lost);
                skipped_[id].add(log.skipped);
            }
        }
    }

    /// Whether the file may know of logs that came after the newest table that could be read.
    [[nodiscard]] bool is_later_than_table(const FileContents& file) const {
        const auto table = contents_.history.table_place();
        return !table || (!file.id.is_segment() && file.until && *file.until > *table);
    }

    /// The logs as the history tells them, and as the files add where it does not know.
    [[nodiscard]] std::map<LogId, LogState> complete(const JournalHistory& history) const {
        std::map<LogId, LogState> logs;
        std::set<LogId> begin_unknown;
        for (const auto& [id, log] : history.logs()) {
            logs[id] = log.state;
            if (!log.begin_known) begin_unknown.insert(id);
        }
        for (const FileContents& file : contents_.files) {
            if (!counts(file)) continue;
            for (const auto& [id, found] : file.logs) {
                if (found.entries.empty() || history.removed().contains(id)) continue;
                const OffsetRange whole{found.entries.ranges().front().first,
                                        found.entries.ranges().back().end};
                auto log = logs.find(id);
                if (log == logs.end()) {
                    if (!is_later_than_table(file)) continue;
                    log = logs.emplace(id, LogState{whole.first, whole.end, found.newest}).first;
                    begin_unknown.insert(id);
                }
                LogState& state = log->second;
                if (begin_unknown.contains(id)) state.begin = std::min(state.begin, whole.first);
                if (!is_later_than_table(file)) continue;
                state.end = std::max(state.end, whole.end);
                state.newest = std::max(state.newest, found.newest);
            }
        }
        return logs;
    }

    /// An archive that was made from more of the journal than there is.
    void find_latecomers() {
        for (const FileContents& file : contents_.files) {
            const std::uint64_t end =
                file.id.is_segment() ? file.id.number + file.bytes : file.until.value_or(0);
            inspection_.journal_end = std::max(inspection_.journal_end, end);
            if (file.id.is_segment() || end <= contents_.end) continue;
            latecomers_ = true;
            contents_.troubles.push_back(
                {.finding =
                     {Severity::kProblem,
                      file.path,
                      {},
                      "the file was made when the journal was longer than it is: segments are missing"},
                 .file = file.id});
        }
    }

    /// A damaged frame whose header looks like the entry that must have come next in its log.
    void add_likely_entries() {
        for (Trouble& trouble : contents_.troubles) {
            if (!trouble.header || trouble.header->kind != FrameKind::kEntry || !counts(trouble)) continue;
            const auto log = inspection_.logs.find(trouble.header->log);
            if (log == inspection_.logs.end() || log->second.state.end != trouble.header->offset) continue;
            LogState& state = log->second.state;
            state.end = Offset{state.end.value() + 1};
            likely_[log->first].add(trouble.header->offset, state.end);
            trouble.candidates[log->first].add(trouble.header->offset, state.end);
        }
    }

    [[nodiscard]] bool counts(const Trouble& trouble) const {
        const std::uint64_t cleared = contents_.history.cleared();
        if (trouble.file && trouble.file->is_segment()) return trouble.file->number >= cleared;
        return !trouble.place || *trouble.place >= cleared;
    }

    /// From which file each entry is taken: as a start does, from an archive rather than from a segment, and
    /// from the newest of each.
    void choose_sources() {
        for (auto file = contents_.files.rbegin(); file != contents_.files.rend(); ++file) {
            if (!file->id.is_segment()) choose(*file);
        }
        for (auto file = contents_.files.rbegin(); file != contents_.files.rend(); ++file) {
            if (file->id.is_segment()) choose(*file);
        }
        std::sort(inspection_.sources.begin(), inspection_.sources.end(),
                  [](const FileContents& a, const FileContents& b) { return a.id < b.id; });
        for (auto& [id, log] : inspection_.logs) {
            const OffsetRanges rest = OffsetRanges{log.state.begin, log.state.end}.without(log.readable);
            log.skipped = rest.intersection(skipped_[id]);
            log.lost = rest.without(log.skipped);
        }
    }

    void choose(const FileContents& file) {
        if (!counts(file)) return;
        FileContents source = file;
        source.logs.clear();
        bool needed = false;
        for (const auto& [id, found] : file.logs) {
            const auto log = inspection_.logs.find(id);
            if (log == inspection_.logs.end()) continue;
            const OffsetRanges whole{log->second.state.begin, log->second.state.end};
            needed |= !found.lost.intersection(whole).empty() || !found.skipped.intersection(whole).empty();
            FileContents::Log wanted = found;
            wanted.entries = found.entries.intersection(whole).without(log->second.readable);
            if (wanted.entries.empty()) continue;
            log->second.readable.add(wanted.entries);
            source.logs[id] = std::move(wanted);
        }
        if (needed || !source.logs.empty()) needed_.insert(file.id);
        if (!source.logs.empty()) inspection_.sources.push_back(std::move(source));
    }

    /// Entries that a start would miss, and what they are missing by.
    void attribute_losses(const std::map<LogId, LogState>& seen_by_start) {
        for (const JournalHistory::Gap& gap : contents_.history.gaps()) {
            for (Trouble& trouble : contents_.troubles) {
                if (trouble.place && *trouble.place >= gap.after && *trouble.place <= gap.before)
                    trouble.candidates[gap.log].add(gap.entries.first, gap.entries.end);
            }
        }
        std::map<LogId, OffsetRanges> missing;
        for (const auto& [id, state] : seen_by_start) {
            OffsetRanges told = found_[id];
            told.add(known_lost_[id]);
            told.add(skipped_[id]);
            missing[id] = OffsetRanges{state.begin, state.end}.without(told);
            missing[id].add(likely_[id]);
        }
        for (Trouble& trouble : contents_.troubles) {
            for (const auto& [id, candidates] : trouble.candidates) {
                for (const OffsetRange& range : candidates.intersection(missing[id]).ranges())
                    trouble.finding.lost.push_back({id, range});
            }
        }
        for (const Trouble& trouble : contents_.troubles) {
            for (const auto& [id, candidates] : trouble.candidates)
                missing[id] = missing[id].without(candidates);
        }
        Finding elsewhere{.file = {},
                          .what = "entries are in no file that can be read: has a file been removed?"};
        for (const auto& [id, left] : missing) {
            for (const OffsetRange& range : left.ranges()) elsewhere.lost.push_back({id, range});
        }
        if (!elsewhere.lost.empty()) contents_.troubles.push_back({std::move(elsewhere)});
        note_known_losses();
    }

    void note_known_losses() {
        Finding before{.severity = Severity::kNote,
                       .file = {},
                       .what = "entries were lost before: a salvage has said so"};
        for (const auto& [id, log] : inspection_.logs) {
            for (const OffsetRange& range : log.lost.intersection(known_lost_[id]).ranges())
                before.lost.push_back({id, range});
        }
        if (!before.lost.empty()) contents_.troubles.push_back({std::move(before)});
    }

    /// Entries may have stood in a place that cannot be read, behind the last frame that names their log.
    void find_unknown_ends() {
        std::optional<std::uint64_t> newest;
        for (const Trouble& trouble : contents_.troubles) {
            if (trouble.place && counts(trouble)) newest = std::max(newest.value_or(0), *trouble.place);
        }
        for (auto& [id, log] : inspection_.logs) {
            const auto known = contents_.history.logs().find(id);
            log.end_unknown = latecomers_ || known == contents_.history.logs().end() ||
                              (newest && *newest > known->second.seen);
        }
    }

    void read_catalog() {
        inspection_.log_ids_below = contents_.history.log_ids_below();
        for (const FileContents& file : contents_.files) {
            if (!counts(file) || file.logs.empty()) continue;
            inspection_.log_ids_below =
                std::max(inspection_.log_ids_below, file.logs.rbegin()->first.value() + 1);
        }
        const auto log = inspection_.logs.find(kCatalogLog);
        if (log == inspection_.logs.end()) return;
        std::vector<Entry> entries;
        for (auto& [offset, record] : contents_.catalog) {
            if (log->second.readable.contains(offset) && counts(contents_.files[record.file]))
                entries.push_back({offset, record.time, SharedBytes{std::move(record.payload)}});
        }
        auto replayed = replay_catalog(entries, log->second.state.begin);
        if (!replayed) {
            contents_.troubles.push_back({{.file = {}, .what = replayed.error().message}});
            return;
        }
        inspection_.catalog = std::move(replayed->map).pairs();
        inspection_.log_ids_below = std::max(inspection_.log_ids_below, replayed->log_ids_below);
    }

    /// What the next start removes, as nothing in it counts. It does not look at segments that are older than
    /// all that it needs.
    void note_needless_files() {
        const auto oldest =
            std::find_if(needed_.begin(), needed_.end(), [](FileId id) { return id.is_segment(); });
        const auto is_needless = [&](FileId id) {
            return id.is_segment() && id < contents_.newest && (oldest == needed_.end() || id < *oldest);
        };
        std::erase_if(contents_.troubles, [&](const Trouble& trouble) {
            if (trouble.finding.severity != Severity::kProblem || !trouble.finding.lost.empty()) return false;
            return trouble.only_if_lost || (trouble.file && is_needless(*trouble.file)) || !counts(trouble);
        });
        std::set<FileId> troubled;
        for (const Trouble& trouble : contents_.troubles) {
            if (trouble.file) troubled.insert(*trouble.file);
        }
        for (const FileContents& file : contents_.files) {
            if (needed_.contains(file.id) || troubled.contains(file.id) || file.id == contents_.newest)
                continue;
            contents_.troubles.push_back(
                {{Severity::kNote, file.path, {}, "nothing needs this file; the next start removes it"}});
        }
    }

    DirectoryContents contents_;
    Inspection inspection_;
    // In any file that counts.
    std::map<LogId, OffsetRanges> found_;
    std::map<LogId, OffsetRanges> known_lost_;
    std::map<LogId, OffsetRanges> skipped_;
    std::map<LogId, OffsetRanges> likely_;  ///< entries that most likely stood in damaged places
    std::set<FileId> needed_;
    bool latecomers_ = false;
};

}  // namespace

void Inspection::add(Finding finding) {
    const auto rank = [](const Finding& f) {
        return (f.severity == Severity::kProblem ? 0 : 2) + (f.lost.empty() ? 1 : 0);
    };
    const auto place =
        std::upper_bound(findings.begin(), findings.end(), finding,
                         [&](const Finding& a, const Finding& b) { return rank(a) < rank(b); });
    findings.insert(place, std::move(finding));
}

bool Inspection::sound() const {
    return std::none_of(findings.begin(), findings.end(), [](const Finding& finding) {
        return finding.severity == Finding::Severity::kProblem;
    });
}

std::uint64_t Inspection::entries() const {
    return std::accumulate(
        logs.begin(), logs.end(), std::uint64_t{0},
        [](std::uint64_t sum, const auto& log) { return sum + log.second.readable.count(); });
}

std::uint64_t Inspection::entries_lost() const {
    return std::accumulate(logs.begin(), logs.end(), std::uint64_t{0},
                           [](std::uint64_t sum, const auto& log) { return sum + log.second.lost.count(); });
}

Result<Inspection> inspect(files::FileSystem& files, const std::string& data_directory,
                           const Progress& progress) {
    const StorageDirectories directories = StorageDirectories::below(data_directory);
    auto contents = read_directory(files, directories, progress);
    if (!contents) return std::unexpected(std::move(contents.error()));
    return Judgement{std::move(*contents)}.run();
}

}  // namespace millrace::storage
