#include "services/lambda/mappings/shard_reader.h"

#include <algorithm>
#include <functional>

#include "services/lambda/refused_pause.h"

namespace millrace::lambda {

ShardReader::ShardReader(std::string shard_id, Checkpoint start, BatchSettings settings, Executor& home,
                         const Clock& clock, ShardReaderHost& host)
    : shard_id_(std::move(shard_id)),
      incarnation_(start.incarnation),
      settings_(settings),
      home_(home),
      clock_(clock),
      host_(host),
      next_(start.cursor),
      reached_(start.cursor) {
    // Lanes have no windows: one that is open is closed first.
    make_lanes(start.window ? 1 : settings_.lanes);
    if (start.window) lanes_.front()->resume_window(std::move(*start.window));
    for (const auto& lane : lanes_) lane->resume_attempts(start.attempts);
}

ShardReader::~ShardReader() {
    *alive_ = false;
    if (read_again_ != TimerId{}) home_.cancel(read_again_);
}

void ShardReader::make_lanes(int count) {
    reached_window_revision_ = reached_attempts_revision_ = 0;
    for (int i = 0; i < count; ++i) {
        lanes_.push_back(
            std::make_unique<Lane>(shard_id_, settings_, home_, clock_, host_, [this] { advance(); }));
    }
}

void ShardReader::wake() {
    may_have_more_ = true;
    advance();
}

void ShardReader::set_settings(const BatchSettings& settings) {
    settings_ = settings;
    for (const auto& lane : lanes_) lane->filter_anew();
    retry_now();
}

void ShardReader::retry_now() {
    // No step in between: it might replace the lanes.
    const bool inside = std::exchange(advancing_, true);
    for (const auto& lane : lanes_) lane->retry_now();
    advancing_ = inside;
    advance();
}

void ShardReader::resume() {
    paused_ = false;
    advance();
}

// One step after another until something has to be waited for; what answers inside a step is another step,
// not a deeper call.
void ShardReader::advance() {
    advance_again_ = true;
    if (std::exchange(advancing_, true)) return;
    const std::shared_ptr<bool> alive = alive_;
    while (std::exchange(advance_again_, false)) {
        step();
        if (!*alive) return;
    }
    advancing_ = false;
}

void ShardReader::step() {
    note_progress();
    if (stopped_ || paused_ || checkpoint_lags() || !regroup()) return;
    for (const auto& lane : lanes_) {
        lane->drop_unwanted();
        lane->give_up_old_records();
    }
    note_progress();
    if (checkpoint_lags()) return;
    for (const auto& lane : lanes_) lane->begin_full_batch();
    if (wants_more()) return read_more();
    if (reading_) return;
    for (const auto& lane : lanes_) lane->begin_batch(end_of_shard_);
    if (end_of_shard_ && std::ranges::all_of(lanes_, [](const auto& lane) { return lane->is_done(); })) {
        finish();
    }
}

// Whether batches may begin: there are as many lanes as there should be, or a window is to be closed first.
bool ShardReader::regroup() {
    if (lanes_.size() == static_cast<std::size_t>(settings_.lanes)) return true;
    if (lanes_.front()->window().open()) return true;
    if (!std::ranges::all_of(lanes_, [](const auto& lane) { return lane->at_rest(); })) return false;
    std::vector<ports::SourceRecord> records;
    for (const auto& lane : lanes_) std::ranges::move(lane->retire(), std::back_inserter(records));
    std::ranges::sort(records, {}, &ports::SourceRecord::cursor);
    // One of them may be the caller.
    home_.post([retired = std::exchange(lanes_, {})] {});
    make_lanes(settings_.lanes);
    for (ports::SourceRecord& record : records) lane_of(record).add(std::move(record));
    return true;
}

Lane& ShardReader::lane_of(const ports::SourceRecord& record) {
    return *lanes_[std::hash<std::string>{}(record.partition_key) % lanes_.size()];
}

ports::SourceLimits ShardReader::room() const {
    ports::SourceLimits room{.records = lanes_.size() * static_cast<std::size_t>(settings_.batch_size),
                             .bytes = lanes_.size() * kBatchBytesMax};
    for (const auto& lane : lanes_) {
        room.records -= std::min(room.records, lane->records());
        room.bytes -= std::min(room.bytes, lane->event_bytes());
    }
    return room;
}

bool ShardReader::wants_more() const {
    if (reading_ || !may_have_more_ || end_of_shard_) return false;
    const ports::SourceLimits free = room();
    return free.records > 0 && free.bytes > 0 &&
           std::ranges::any_of(lanes_, [](const auto& lane) { return lane->wants_more(); });
}

void ShardReader::read_more() {
    reading_ = true;
    const ports::SourceLimits free = room();
    // Data grows by a third in an event.
    host_.read(shard_id_, next_,
               {.records = free.records, .bytes = std::max<std::size_t>(free.bytes / 4 * 3, 1)},
               [this, alive = alive_](Result<ports::SourceBatch> batch) {
                   if (*alive) take_records(std::move(batch));
               });
}

void ShardReader::take_records(Result<ports::SourceBatch> batch) {
    reading_ = false;
    if (!batch) {
        may_have_more_ = false;
        if (batch.error().code == ErrorCode::kNotFound) return host_.shard_lost(shard_id_);
        read_later(batch.error());
        return advance();  // what was read before need not wait
    }
    read_refused_ = false;
    for (const auto& lane : lanes_) lane->was_topped_up();
    end_of_shard_ = batch->end_of_shard;
    host_.polled(batch->records.size());
    if (batch->records.empty()) {
        may_have_more_ = false;
    } else {
        add_records(std::move(batch->records));
    }
    advance();
}

void ShardReader::add_records(std::vector<ports::SourceRecord> records) {
    next_ = ports::Cursor{records.back().cursor.value() + 1};
    std::size_t unwanted = 0;
    for (ports::SourceRecord& record : records) {
        if (host_.is_wanted(record)) {
            lane_of(record).add(std::move(record));
        } else {
            ++unwanted;
        }
    }
    host_.filtered_out(unwanted);
}

void ShardReader::read_later(const Error& error) {
    if (!std::exchange(read_refused_, true)) host_.troubled(shard_id_, "its records cannot be read", error);
    if (read_again_ != TimerId{}) return;
    read_again_ = home_.run_at(clock_.monotonic() + kRefusedPause, [this] {
        read_again_ = {};
        wake();
    });
}

void ShardReader::note_progress() {
    ports::Cursor done = next_;
    std::uint64_t attempts_revision = 0;
    for (const auto& lane : lanes_) {
        done = std::min(done, lane->first().value_or(done));
        attempts_revision += lane->attempts_revision();
    }
    const TumblingWindow& window = lanes_.front()->window();
    if (stopped_ || window.is_over_limit()) return;
    if (done <= reached_ && window.revision() == reached_window_revision_ &&
        attempts_revision == reached_attempts_revision_)
        return;
    reached_ = done;
    reached_window_revision_ = window.revision();
    reached_attempts_revision_ = attempts_revision;
    Checkpoint reached{.cursor = done, .incarnation = incarnation_, .window = window.open()};
    for (const auto& lane : lanes_) {
        if (auto attempts = lane->attempts()) reached.attempts.push_back(std::move(*attempts));
    }
    checkpoint(std::move(reached));
}

void ShardReader::checkpoint(Checkpoint reached) {
    pending_ = reached;
    if (!committing_) send_checkpoint();
}

void ShardReader::send_checkpoint() {
    committing_ = true;
    const Checkpoint sent = *std::exchange(pending_, std::nullopt);
    host_.commit(shard_id_, sent, [this, alive = alive_, sent](Result<> result) {
        if (!*alive) return;
        if (!result) return send_checkpoint_later(sent, result.error());
        committing_ = commit_refused_ = false;
        if (pending_) send_checkpoint();
        if (sent.finished) return host_.shard_finished(shard_id_);
        advance();
    });
}

void ShardReader::send_checkpoint_later(const Checkpoint& refused, const Error& error) {
    if (!std::exchange(commit_refused_, true))
        host_.troubled(shard_id_, "its checkpoint cannot be written", error);
    if (!pending_) pending_ = refused;
    home_.run_at(clock_.monotonic() + kRefusedPause, [this, alive = alive_] {
        if (*alive) send_checkpoint();
    });
}

void ShardReader::finish() {
    stopped_ = true;
    checkpoint({.cursor = next_, .incarnation = incarnation_, .finished = true});
}

}  // namespace millrace::lambda
