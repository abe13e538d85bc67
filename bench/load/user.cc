#include "user.h"

#include <fmt/format.h>

#include "answer.h"

namespace millrace::bench {
namespace {

constexpr std::size_t kProblemBytesMax = 200;

}  // namespace

void User::begin(MonotonicTime scheduled, bool unique) {
    scheduled_ = scheduled;
    const Step& step = steps_[position_];
    auto made = requests_.make(step, index_, captured_, unique);
    if (!made) {
        executor_.post([this, why = made.error().message] { on_answer(0, why); });
        return;
    }
    bytes_out_ = made->prepared->body.size();
    owner_.on_sent(*this, made->first_id, scheduled);
    channel_->send(*made->prepared, *this);
}

void User::on_answer(int status, std::string body) {
    const Step& step = steps_[position_];
    const Outcome outcome = judge(step, status, body);
    next_step(step, outcome);
    owner_.on_done(*this, outcome, body);
}

Outcome User::judge(const Step& step, int status, std::string_view body) {
    Outcome outcome{.status = status,
                    .bytes_in = body.size(),
                    .bytes_out = bytes_out_,
                    .scheduled = scheduled_,
                    .done = std::chrono::steady_clock::now()};
    if (status / 100 != 2) {
        outcome.problem = fmt::format("{}: {}", status, body.substr(0, kProblemBytesMax));
    } else if (!step.refused.empty() && is_set(body, step.refused)) {
        outcome.problem = fmt::format("{} is set", step.refused);
    } else {
        outcome.units = step.count.empty() ? step.units : count_names(body, step.count);
        capture(step, body);
    }
    return outcome;
}

void User::capture(const Step& step, std::string_view body) {
    for (const std::string& name : step.capture) captured_.values[name] = find_value(body, name);
    for (const std::string& name : step.capture_all) {
        auto& list = captured_.lists[name];
        list.clear();
        for (const std::string_view value : find_values(body, name)) list.emplace_back(value);
    }
}

void User::next_step(const Step& step, const Outcome& outcome) {
    if (!outcome.problem.empty()) {
        position_ = 0;
        return;
    }
    if (step.again && outcome.units > 0) return;
    position_ = (position_ + 1) % steps_.size();
    const Step& next = steps_[position_];
    if (!next.each.empty() && captured_.lists[next.each].empty()) position_ = (position_ + 1) % steps_.size();
}

}  // namespace millrace::bench
