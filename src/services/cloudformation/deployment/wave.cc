#include "services/cloudformation/deployment/wave.h"

namespace millrace::cloudformation {

Wave::Wave(Dependencies needs) : waiting_(std::move(needs)) {
    for (auto& [name, needed] : waiting_) {
        std::erase_if(needed, [&](const std::string& other) { return !waiting_.contains(other); });
        for (const std::string& other : needed) dependents_[other].push_back(name);
        if (needed.empty()) ready_.insert(name);
    }
}

std::vector<std::string> Wave::take_ready() {
    if (stopped_) return {};
    std::vector<std::string> taken(ready_.begin(), ready_.end());
    ready_.clear();
    running_.insert(taken.begin(), taken.end());
    return taken;
}

void Wave::finished(const std::string& name) {
    running_.erase(name);
    for (const std::string& dependent : dependents_[name]) {
        std::set<std::string>& needed = waiting_[dependent];
        needed.erase(name);
        if (needed.empty()) ready_.insert(dependent);
    }
}

void Wave::abandoned(const std::string& name) {
    running_.erase(name);
}

}  // namespace millrace::cloudformation
