// SPDX-License-Identifier: Apache-2.0
#include "app/serve/rounds.h"

#include <utility>

#include "base/check.h"

namespace flightcast::app::serve {
namespace {

using namespace std::chrono_literals;

constexpr auto kAgainAfter = 60s;
constexpr auto kAgainWhileWrong = 10s;

}  // namespace

Rounds::Rounds(
    std::vector<RoundQuestion> questions, telemetry::Health& health, telemetry::Logger logger
)
    : questions_(std::move(questions)), health_(health), logger_(std::move(logger)) {
    for (const RoundQuestion& question : questions_) {
        FC_CHECK(question.ask != nullptr);
        if (!told_.try_emplace(question.check).second) continue;
        health_.add(question.check, question.scope);
        health_.pass(question.check);
    }
}

bool Rounds::report() {
    bool is_wrong = false;
    for (auto& [check, before] : told_) {
        const std::string now = std::exchange(found_[check], {});
        is_wrong |= !now.empty();
        if (now == before) continue;
        if (now.empty()) {
            health_.pass(check);
            logger_.info(check + ": all is well again");
        } else {
            health_.fail(check, now);
            logger_.warning(check + " are to be mended", {{"reason", now}});
        }
        before = now;
    }
    return is_wrong;
}

// The pause begins when the calls have returned.
base::SteadyTime Rounds::step(base::SteadyTime now) {
    FC_CHECK(!has_ended_);
    if (questions_.empty()) return base::SteadyTime::max();
    if (std::exchange(is_round_over_, false))
        due_ = now + (is_wrong_ ? kAgainWhileWrong : kAgainAfter);
    if (due_ && now < *due_) return *due_;
    due_.reset();
    const RoundQuestion& question = questions_[next_];
    for (const std::string& fault : question.ask()) {
        std::string& all = found_[question.check];
        if (!all.empty()) all += "; ";
        all += fault;
    }
    next_ = (next_ + 1) % questions_.size();
    if (next_ != 0) return now;
    is_wrong_ = report();
    is_round_over_ = true;
    return now;
}

}  // namespace flightcast::app::serve
