#include "run.h"

#include <algorithm>
#include <deque>
#include <nlohmann/json.hpp>
#include <optional>
#include <unordered_map>

#include "arrivals.h"
#include "http1_channel.h"
#include "http2_channel.h"
#include "metronome.h"
#include "user.h"

namespace millrace::bench {
namespace {

/// After a failure, so that a server that is gone is not asked a million times.
constexpr Milliseconds kPauseAfterFailure{20};
/// How long what was sent may take when nothing more is sent.
constexpr Milliseconds kDrainMax{10'000};

MonotonicTime now() {
    return std::chrono::steady_clock::now();
}

Milliseconds in_milliseconds(double seconds) {
    return Milliseconds{static_cast<std::int64_t>(seconds * 1000)};
}

class Run final : public UserOwner {
  public:
    Run(const Load& load, const RunOptions& options)
        : options_(options),
          requests_(load, options.place, options.signing, options.credentials, options.region) {
        senders_ = make_users(load.steps, load.connections);
        receivers_ = make_users(load.receiver, load.receivers);
    }

    nlohmann::json report() {
        for (const auto& user : receivers_) receive(*user);
        if (options_.rate > 0) {
            for (const auto& user : senders_) idle_.push_back(user.get());
            metronome_.emplace(loop_, options_.rate, [this](MonotonicTime due) { arrive(due); });
        } else {
            for (const auto& user : senders_) user->begin(now(), paired());
        }
        loop_.run_after(in_milliseconds(options_.warm_seconds), [this] { count(); });
        loop_.run();
        nlohmann::json report = tally_.report();
        report["unanswered"] = under_way_ + due_.size();
        if (paired()) report["arrivals"] = arrivals_.report();
        return report;
    }

  private:
    [[nodiscard]] bool paired() const { return !receivers_.empty(); }
    [[nodiscard]] bool is_receiver(const User& user) const {
        return std::ranges::any_of(receivers_, [&](const auto& other) { return other.get() == &user; });
    }

    std::vector<std::unique_ptr<User>> make_users(const std::vector<Step>& steps, std::size_t connections) {
        std::vector<std::unique_ptr<User>> users;
        const auto add = [&](std::unique_ptr<Channel> channel) {
            users.push_back(
                std::make_unique<User>(loop_, requests_, steps, std::move(channel), users.size(), *this));
        };
        for (std::size_t i = 0; i < connections; ++i) {
            if (options_.streams == 0) {
                add(std::make_unique<Http1Channel>(loop_, options_.place));
                continue;
            }
            const auto connection = std::make_shared<Http2Connection>(loop_, options_.place);
            for (std::size_t stream = 0; stream < options_.streams; ++stream)
                add(std::make_unique<Http2Channel>(connection));
        }
        return users;
    }

    /// The warm-up is over.
    void count() {
        tally_.begin();
        loop_.run_after(in_milliseconds(options_.seconds), [this] {
            tally_.end();
            ended_ = true;
            if (metronome_) metronome_->stop();
            if (drained()) stop_when_quiet();
            loop_.run_after(kDrainMax, [this] { loop_.stop(); });
        });
    }

    /// Everything that was due has its end; what is cut off by the end of a closed loop is not missed.
    [[nodiscard]] bool drained() const {
        if (paired()) return arrivals_.awaited() == 0;
        return options_.rate <= 0 || (under_way_ == 0 && due_.empty());
    }

    /// It is time for one more request, whether somebody is free for it or not.
    void arrive(MonotonicTime due) {
        due_.emplace_back(due, tally_.counting());
        send_due();
    }

    void send_due() {
        while (!due_.empty() && !idle_.empty()) {
            User& user = *idle_.front();  // the longest idle: connections that nobody uses get closed
            idle_.pop_front();
            const auto [due, counts] = due_.front();
            due_.pop_front();
            flights_[&user].counts = counts;
            user.begin(due, paired());
        }
    }

    void on_sent(User& user, std::uint64_t id, MonotonicTime scheduled) override {
        if (is_receiver(user)) return;
        Flight& flight = flights_[&user];
        if (options_.rate <= 0) flight.counts = tally_.counting();
        flight.id = id;
        ++under_way_;
        if (paired()) arrivals_.sent(id, scheduled, flight.counts);
    }

    void on_done(User& user, const Outcome& outcome, std::string_view answer) override {
        if (is_receiver(user)) return received(user, outcome, answer);
        const Flight flight = flights_[&user];
        if (under_way_ > 0) --under_way_;
        if (!outcome.problem.empty() && paired()) arrivals_.refused(flight.id);
        // A closed loop counts what was answered meanwhile, an open one what was due meanwhile.
        if (options_.rate > 0 ? flight.counts : tally_.counting()) tally_.add(outcome);
        if (ended_ && drained()) return stop_when_quiet();
        again(user, outcome);
    }

    void again(User& user, const Outcome& outcome) {
        if (options_.rate > 0) {
            idle_.push_back(&user);
            return send_due();
        }
        if (ended_) return;
        if (!outcome.problem.empty()) {
            loop_.run_after(kPauseAfterFailure, [this, &user] { user.begin(now(), paired()); });
        } else if (options_.lone && arrivals_.awaited() > 0) {
            lone_ = &user;
        } else {
            user.begin(now(), paired());
        }
    }

    void receive(User& user) {
        ++receiving_;
        user.begin(now());
    }

    void received(User& user, const Outcome& outcome, std::string_view answer) {
        --receiving_;
        arrivals_.seen(answer, outcome.done);
        if (ended_ && drained()) return stop_when_quiet();
        if (outcome.problem.empty()) {
            receive(user);
        } else {
            loop_.run_after(kPauseAfterFailure, [this, &user] { receive(user); });
        }
        if (lone_ != nullptr && arrivals_.awaited() == 0 && !ended_)
            std::exchange(lone_, nullptr)->begin(now(), true);
    }

    /// Not while a receive is under way: the server would give its message to nobody, and the next run would
    /// miss it.
    void stop_when_quiet() {
        if (receiving_ == 0) loop_.stop();
    }

    struct Flight {
        std::uint64_t id = 0;
        bool counts = false;  ///< it was due while it counts
    };

    const RunOptions& options_;
    net::Loop loop_;
    Requests requests_;
    std::vector<std::unique_ptr<User>> senders_;
    std::vector<std::unique_ptr<User>> receivers_;
    std::optional<Metronome> metronome_;
    std::deque<User*> idle_;
    std::deque<std::pair<MonotonicTime, bool>> due_;
    std::unordered_map<const User*, Flight> flights_;
    std::size_t under_way_ = 0;
    std::size_t receiving_ = 0;
    User* lone_ = nullptr;
    bool ended_ = false;
    Tally tally_;
    Arrivals arrivals_;
};

}  // namespace

nlohmann::json run(const Load& load, const RunOptions& options) {
    return Run(load, options).report();
}

}  // namespace millrace::bench
