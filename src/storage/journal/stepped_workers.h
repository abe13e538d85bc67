#pragma once

#include <deque>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "base/random.h"
#include "storage/journal/worker.h"

namespace millrace::storage {

/// Workers for tests: a task runs when the test says so, on the test's thread. Must outlive the workers it
/// starts.
class SteppedWorkers {
  public:
    [[nodiscard]] StartWorker starter() {
        return [this](const std::string& name, WorkerPriority) {
            return std::make_unique<Stepped>(*this, name);
        };
    }

    /// Runs one waiting task of a worker the random numbers choose. False when none waits.
    bool run_one(Random& random) {
        std::vector<Stepped*> waiting;
        for (Stepped* worker : workers_) {
            if (!worker->tasks.empty() && worker->name != held_) waiting.push_back(worker);
        }
        if (waiting.empty()) return false;
        waiting[random.next() % waiting.size()]->run_one();
        return true;
    }

    /// The worker of that name does nothing until another is named.
    void hold(std::string name) { held_ = std::move(name); }

  private:
    struct Stepped final : Worker {
        Stepped(SteppedWorkers& owner, std::string name_given) : all(owner), name(std::move(name_given)) {
            all.workers_.push_back(this);
        }
        Stepped(const Stepped&) = delete;
        Stepped& operator=(const Stepped&) = delete;
        ~Stepped() override {
            while (!tasks.empty()) run_one();
            std::erase(all.workers_, this);
        }
        void submit(Task task) override { tasks.push_back(std::move(task)); }
        void run_one() {
            Task task = std::move(tasks.front());
            tasks.pop_front();
            task();
        }

        SteppedWorkers& all;
        std::string name;
        std::deque<Task> tasks;
    };

    std::vector<Stepped*> workers_;
    std::string held_;
};

}  // namespace millrace::storage
