#include "services/kinesis/watchers.h"

#include <utility>
#include <vector>

namespace millrace::kinesis {

class Watchers::Handle final : public ports::Watch {
  public:
    Handle(std::weak_ptr<Topics> topics, std::string arn, std::uint64_t id)
        : topics_(std::move(topics)), arn_(std::move(arn)), id_(id) {}
    Handle(const Handle&) = delete;
    Handle& operator=(const Handle&) = delete;
    ~Handle() override {
        const auto topics = topics_.lock();
        if (!topics) return;
        const auto topic = topics->by_arn.find(arn_);
        if (topic == topics->by_arn.end()) return;
        topic->second.watchers.erase(id_);
        if (topic->second.watchers.empty()) topics->by_arn.erase(topic);
    }

    ports::SourceChanges take() override {
        const auto topics = topics_.lock();
        if (!topics) return {};
        Watcher& watcher = topics->by_arn.at(arn_).watchers.at(id_);
        ports::SourceChanges changes{.all = std::exchange(watcher.all, false)};
        for (const storage::LogId log : std::exchange(watcher.written, {})) {
            changes.written.push_back(log.value());
        }
        return changes;
    }

  private:
    std::weak_ptr<Topics> topics_;
    std::string arn_;
    std::uint64_t id_;
};

std::unique_ptr<ports::Watch> Watchers::add(const std::string& stream_arn,
                                            std::move_only_function<void()> wake) {
    const std::uint64_t id = ++topics_->last_id;
    topics_->by_arn[stream_arn].watchers.emplace(
        id, Watcher{.wake = std::make_shared<std::move_only_function<void()>>(std::move(wake))});
    return std::make_unique<Handle>(topics_, stream_arn, id);
}

void Watchers::notify(const std::string& stream_arn) {
    const auto topic = topics_->by_arn.find(stream_arn);
    if (topic == topics_->by_arn.end()) return;
    for (auto& [id, watcher] : topic->second.watchers) watcher.all = true;
    schedule(stream_arn, topic->second);
}

void Watchers::notify_written(const std::string& stream_arn, const std::vector<Route>& routes) {
    const auto topic = topics_->by_arn.find(stream_arn);
    if (topic == topics_->by_arn.end()) return;
    for (auto& [id, watcher] : topic->second.watchers) {
        for (const Route& route : routes) watcher.written.insert(route.log);
    }
    schedule(stream_arn, topic->second);
}

void Watchers::schedule(const std::string& stream_arn, Topic& topic) {
    if (std::exchange(topic.scheduled, true)) return;
    executor_.post([weak = std::weak_ptr(topics_), stream_arn] {
        if (const auto topics = weak.lock()) run(*topics, stream_arn);
    });
}

void Watchers::notify_all() {
    for (const auto& [arn, topic] : topics_->by_arn) notify(arn);
}

void Watchers::run(Topics& topics, const std::string& stream_arn) {
    const auto topic = topics.by_arn.find(stream_arn);
    if (topic == topics.by_arn.end()) return;
    topic->second.scheduled = false;
    // A wake may end watches, its own among them, and begin others.
    std::vector<std::pair<std::uint64_t, Wake>> wakes;
    for (const auto& [id, watcher] : topic->second.watchers) wakes.emplace_back(id, watcher.wake);
    for (const auto& [id, wake] : wakes) {
        const auto now = topics.by_arn.find(stream_arn);
        if (now != topics.by_arn.end() && now->second.watchers.contains(id)) (*wake)();
    }
}

}  // namespace millrace::kinesis
