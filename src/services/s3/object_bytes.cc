#include "services/s3/object_bytes.h"

#include <algorithm>
#include <set>
#include <string>
#include <utility>

#include "base/assert.h"
#include "base/log.h"
#include "services/s3/catalog_values.h"
#include "services/s3/limits.h"

namespace millrace::s3 {
namespace {

/// Logs named as loose at a time, so that a small object costs no commit more.
constexpr std::size_t kPreparedLogs = 64;

std::set<storage::LogId> logs_of(const Extents& extents) {
    std::set<storage::LogId> logs;
    for (const Extent& extent : extents) logs.insert(extent.log);
    return logs;
}

}  // namespace

/// Bytes that are being written.
struct ObjectBytes::Job {
    SharedBytes bytes;
    Written done;
    storage::LogId log;
    bool has_log = false;
    std::size_t given = 0;    ///< bytes, to the log store
    std::size_t written = 0;  ///< bytes, durable
    bool failed = false;
};

class ObjectBytes::ReaderPin final : public Pin {
  public:
    ReaderPin(ObjectBytes& bytes, Extents extents)
        : bytes_(bytes), extents_(std::move(extents)), generation_(bytes.generation_) {
        for (const storage::LogId log : logs_of(extents_)) ++bytes_.users_[log].readers;
    }
    ~ReaderPin() override {
        if (!generation_.expired()) bytes_.unpin(extents_);
    }

  private:
    ObjectBytes& bytes_;
    Extents extents_;
    std::weak_ptr<int> generation_;
};

ObjectBytes::ObjectBytes(Dependencies dependencies)
    : dependencies_(dependencies), loose_(dependencies.catalog, dependencies.logs, kLoosePrefix) {}

void ObjectBytes::write(SharedBytes bytes, Written done) {
    if (bytes.size() == 0) {
        dependencies_.home.post([done = std::move(done)]() mutable { done(Extents{}); });
        return;
    }
    auto job = std::make_shared<Job>();
    job->bytes = std::move(bytes);
    job->done = std::move(done);
    jobs_.push_back(std::move(job));
    pump();
}

void ObjectBytes::prepare_logs() {
    if (std::exchange(preparing_, true)) return;
    std::vector<storage::LogId> logs;
    storage::CatalogChange change;
    while (logs.size() < kPreparedLogs) {
        logs.push_back(dependencies_.catalog.new_log_id());
        loose_.put(change, logs.back());
    }
    dependencies_.catalog.commit(std::move(change), [this, weak = std::weak_ptr(generation_),
                                                     logs = std::move(logs)](const Result<>& committed) {
        if (weak.expired()) return;
        preparing_ = false;
        if (committed) {
            prepared_.insert(prepared_.end(), logs.begin(), logs.end());
            return pump();
        }
        for (const auto& job : std::exchange(jobs_, {})) {
            job->failed = true;
            if (job->given == job->written) job->done(std::unexpected(committed.error()));
        }
    });
}

/// Gives the log store as much as it may hold, job after job.
void ObjectBytes::pump() {
    while (!jobs_.empty() && writing_bytes_ < kWritingBytesMax) {
        const std::shared_ptr<Job> job = jobs_.front();
        if (!job->has_log) {
            if (prepared_.empty()) return prepare_logs();
            job->log = prepared_.front();
            job->has_log = true;
            prepared_.pop_front();
            users_[job->log] = {};
        }
        append_next(job);
        if (job->given == job->bytes.size()) jobs_.pop_front();
    }
}

void ObjectBytes::append_next(const std::shared_ptr<Job>& job) {
    // A copy: the store keeps the newest entries, which must not keep a body of half a gigabyte.
    const std::string_view chunk = job->bytes.view().substr(job->given, kChunkBytes);
    const std::size_t size = chunk.size();
    job->given += size;
    writing_bytes_ += size;
    std::vector<storage::NewEntry> entries;
    entries.push_back(
        {.log = job->log, .time = dependencies_.clock.now(), .payload = SharedBytes(std::string(chunk))});
    dependencies_.logs.append(std::move(entries), [this, weak = std::weak_ptr(generation_), job,
                                                   size](const Result<std::vector<storage::Offset>>& done) {
        if (weak.expired()) return;
        appended(job, size, done ? Result<>{} : std::unexpected(done.error()));
    });
}

void ObjectBytes::appended(const std::shared_ptr<Job>& job, std::size_t bytes, const Result<>& result) {
    writing_bytes_ -= bytes;
    job->written += bytes;
    if (!result && !std::exchange(job->failed, true)) {
        std::erase(jobs_, job);
        job->done(std::unexpected(result.error()));
    }
    if (job->failed) {
        // Not before the last of it is settled: nothing may come to the log behind its removal.
        if (job->written == job->given) give_back(job->log);
    } else if (job->written == job->bytes.size()) {
        job->done(Extents{{job->log, 0, job->written}});
    }
    pump();
}

void ObjectBytes::abandon(const Extents& extents) {
    for (const storage::LogId log : logs_of(extents)) give_back(log);
}

void ObjectBytes::plan(const Moves& moves, storage::CatalogChange& change) const {
    std::map<storage::LogId, std::int64_t> difference;
    for (const Extent& extent : moves.adopted) ++difference[extent.log];
    for (const Extent& extent : moves.gone) --difference[extent.log];
    for (const auto& [log, more] : difference) {
        const auto users = users_.find(log);
        const std::int64_t before = users == users_.end() ? 0 : users->second.objects;
        if (before == 0 && more > 0) loose_.erase(change, log);
        if (before > 0 && before + more <= 0) loose_.put(change, log);
    }
}

void ObjectBytes::count(const Extents& extents) {
    for (const Extent& extent : extents) ++users_[extent.log].objects;
}

void ObjectBytes::settle(const Moves& moves) {
    count(moves.adopted);
    for (const Extent& extent : moves.gone) {
        const auto users = users_.find(extent.log);
        if (users == users_.end() || users->second.objects == 0) continue;
        if (--users->second.objects == 0) give_back(extent.log);
    }
}

void ObjectBytes::give_back(storage::LogId log) {
    const auto users = users_.find(log);
    if (users != users_.end() && users->second.readers > 0) {
        users->second.removed = true;
        return;
    }
    users_.erase(log);
    loose_.give_back(log);
}

void ObjectBytes::unpin(const Extents& extents) {
    for (const storage::LogId log : logs_of(extents)) {
        const auto users = users_.find(log);
        if (users == users_.end() || --users->second.readers > 0) continue;
        if (users->second.removed) give_back(log);
    }
}

std::unique_ptr<ObjectBytes::Pin> ObjectBytes::pin(Extents extents) {
    return std::make_unique<ReaderPin>(*this, std::move(extents));
}

void ObjectBytes::read(const Extents& extents, std::size_t bytes_max, Piece done) {
    MILLRACE_ASSERT(!extents.empty());
    const Extent first = extents.front();
    const std::uint64_t entry = first.from / kChunkBytes;
    const std::size_t skipped = first.from % kChunkBytes;
    const std::uint64_t wanted = std::min<std::uint64_t>(first.bytes, bytes_max);
    dependencies_.logs.read(
        first.log, storage::Offset{entry}, {.bytes = static_cast<std::size_t>(skipped + wanted)},
        [skipped, wanted, entry,
         done = std::move(done)](Result<std::vector<storage::Entry>> entries) mutable {
            if (!entries) return done(std::unexpected(std::move(entries.error())));
            std::vector<SharedBytes> pieces;
            std::uint64_t left = wanted;
            std::size_t skip = skipped;
            for (const storage::Entry& each : *entries) {
                if (each.offset.value() != entry + pieces.size() || each.payload.size() <= skip) break;
                SharedBytes piece = each.payload.slice(skip, std::min<std::uint64_t>(left, kChunkBytes));
                left -= piece.size();
                skip = 0;
                pieces.push_back(std::move(piece));
                if (left == 0) break;
            }
            if (pieces.empty()) return done(fail(ErrorCode::kCorruption, "bytes of an object are missing"));
            done(std::move(pieces));
        });
}

void ObjectBytes::reset() {
    generation_ = std::make_shared<int>();
    users_.clear();
    prepared_.clear();
    preparing_ = false;
    jobs_.clear();
    writing_bytes_ = 0;
}

Extents slice(const Extents& extents, std::uint64_t from, std::uint64_t bytes) {
    Extents out;
    for (const Extent& extent : extents) {
        if (bytes == 0) break;
        if (from >= extent.bytes) {
            from -= extent.bytes;
            continue;
        }
        const std::uint64_t taken = std::min(extent.bytes - from, bytes);
        out.push_back({extent.log, extent.from + from, taken});
        bytes -= taken;
        from = 0;
    }
    return out;
}

std::uint64_t total_bytes(const Extents& extents) {
    std::uint64_t bytes = 0;
    for (const Extent& extent : extents) bytes += extent.bytes;
    return bytes;
}

}  // namespace millrace::s3
