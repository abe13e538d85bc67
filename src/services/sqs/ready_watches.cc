#include "services/sqs/ready_watches.h"

#include <algorithm>
#include <utility>

namespace millrace::sqs {

class ReadyWatches::Handle final : public ports::QueueWatch {
  public:
    Handle(std::shared_ptr<Watches> watches, const std::string& queue_arn, std::function<void()> wake)
        : watches_(std::move(watches)),
          at_(watches_->emplace(queue_arn, this)),
          wake_(std::make_shared<std::function<void()>>(std::move(wake))) {}
    ~Handle() override { watches_->erase(at_); }
    Handle(const Handle&) = delete;
    Handle& operator=(const Handle&) = delete;

    void wake_later(Executor& home) {
        if (std::exchange(posted_, true)) return;
        home.post([this, alive = std::weak_ptr(wake_)] {
            const auto wake = alive.lock();
            if (!wake) return;
            posted_ = false;
            (*wake)();
        });
    }

  private:
    std::shared_ptr<Watches> watches_;
    Watches::iterator at_;
    std::shared_ptr<std::function<void()>> wake_;
    bool posted_ = false;
};

std::unique_ptr<ports::QueueWatch> ReadyWatches::add(const std::string& queue_arn,
                                                     std::function<void()> wake) {
    return std::make_unique<Handle>(watches_, queue_arn, std::move(wake));
}

void ReadyWatches::notify(const std::string& queue_arn) {
    const auto [begin, end] = watches_->equal_range(queue_arn);
    std::for_each(begin, end, [this](const auto& watch) { watch.second->wake_later(home_); });
}

}  // namespace millrace::sqs
