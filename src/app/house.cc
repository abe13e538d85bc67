#include "app/house.h"

#include <utility>

#include "app/body_limit.h"
#include "app/fsync_option.h"
#include "app/rooms.h"
#include "base/log.h"

namespace millrace::app {
namespace {

/// Opens the rooms one after another, each in the callback of the one before; the first error ends it.
class Opening : public std::enable_shared_from_this<Opening> {
  public:
    using Opened = std::move_only_function<void(Result<std::unique_ptr<Rooms>>)>;

    Opening(std::unique_ptr<Rooms> rooms, Opened opened)
        : rooms_(std::move(rooms)), opened_(std::move(opened)) {}

    void start() { next({}); }

  private:
    void next(Result<> before) {
        if (!before) return opened_(std::unexpected(before.error()));
        const auto steps = Rooms::steps();
        if (step_ == steps.size()) return opened_(std::move(rooms_));
        steps[step_++](*rooms_, [self = shared_from_this()](Result<> done) { self->next(std::move(done)); });
    }

    std::unique_ptr<Rooms> rooms_;
    Opened opened_;
    std::size_t step_ = 0;
};

}  // namespace

House::House(std::unique_ptr<Rooms> rooms) : rooms_(std::move(rooms)) {}
House::~House() = default;

void House::open(net::Loop& loop, HouseOptions options,
                 std::move_only_function<void(Result<std::unique_ptr<House>>)> opened) {
    const auto fsync = parse_fsync(options.fsync);
    if (!fsync) return opened(std::unexpected(fsync.error()));
    const bool always = fsync->when == storage::FsyncMode::When::kAlways;
    auto promise = [level = always ? LogLevel::kInfo : LogLevel::kWarn, text = fsync_promise(*fsync),
                    mode = options.fsync] { log(level, text, {{"fsync", mode}}); };
    auto rooms = std::make_unique<Rooms>(loop, std::move(options), *fsync);
    std::make_shared<Opening>(std::move(rooms), [opened = std::move(opened),
                                                 promise = std::move(promise)](auto result) mutable {
        if (!result) return opened(std::unexpected(result.error()));
        promise();
        opened(std::unique_ptr<House>(new House(std::move(*result))));
    })->start();
}

void House::handle(http::Request request, http::Respond respond) {
    if (rooms_->lambda->answer_url(request, respond)) return;
    rooms_->gateway->handle(std::move(request), std::move(respond));
}

http::Response House::refuse_body(const http::Request& head) {
    return rooms_->gateway->refuse_body(head, body_limit(head.method, head.target, head.headers));
}

void House::take_callback(std::string_view path, const std::string& body,
                          std::move_only_function<void(Result<>)> done) {
    rooms_->cloudformation->take_callback(path, body, std::move(done));
}

storage::Health House::storage_health() const {
    return rooms_->journal->health();
}

storage::Journal::Stats House::storage_stats() const {
    return rooms_->journal->stats();
}

aws::Faults& House::faults() {
    return rooms_->faults;
}

Backups& House::backups() {
    return *rooms_->backups;
}

void House::reset(std::move_only_function<void(Result<>)> done) {
    rooms_->reset(std::move(done));
}

void House::shutdown(Task done) {
    rooms_->shutdown(std::move(done));
}

}  // namespace millrace::app
