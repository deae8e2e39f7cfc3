// SPDX-License-Identifier: Apache-2.0
#include "eventlog/membership/fence.h"

#include <algorithm>
#include <chrono>
#include <utility>

#include "base/planted_bug.h"

namespace flightcast::eventlog::membership {

using base::Errc;
using base::PlantedBug;
using base::Result;
using base::SteadyTime;

namespace {

constexpr auto kFenceAskInterval = std::chrono::seconds(1);
constexpr auto kAnswersCount = std::chrono::milliseconds(1'500);  // for so long after another

}  // namespace

Fence::State Fence::state() const {
    const std::lock_guard lock(mutex_);
    return state_;
}

base::Error Fence::error() const {
    const std::lock_guard lock(mutex_);
    return error_;
}

void Fence::put_up(base::Error error) {
    const std::lock_guard lock(mutex_);
    state_ = State::asked;
    error_ = std::move(error);
}

void Fence::take_away() {
    const std::lock_guard lock(mutex_);
    state_ = State::none;
}

SteadyTime Fence::serve(SteadyTime now) {
    if (state() != State::asked) return SteadyTime::max();
    if (now < ask_at_) return ask_at_;
    ask_at_ = now + kFenceAskInterval;
    const Result<GroupView> view = questions_.group();
    if (!view && view.error().code != Errc::not_found) return ask_at_;
    const std::vector<GroupView::Member> members =
        view ? view->members : std::vector<GroupView::Member>{};
    const auto holder = std::ranges::find_if(members, [&](const GroupView::Member& member) {
        return !name_.empty() && static_name_in(member.id) == name_;
    });
    const bool has_holder =
        holder != members.end() && !base::is_planted(PlantedBug::name_taken_back);
    if (has_holder && !lives(*holder, view->is_stable, now)) return ask_at_;
    watched_.clear();
    const std::lock_guard lock(mutex_);
    state_ = has_holder ? State::other : State::own;
    if (has_holder) {
        error_.detail += "; another process has the name '" + name_ + "', at " + holder->host +
                         " or since then elsewhere: give each its own --instance-id";
    }
    return SteadyTime::max();
}

// Whether the holder has outlived the session of a member without a client. While a group changes,
// or its broker hangs, the sessions of its members may stand still: only time between answers
// counts.
bool Fence::lives(const GroupView::Member& holder, bool is_stable, SteadyTime now) {
    const SteadyTime::duration since =
        std::min<SteadyTime::duration>(now - seen_at_, kAnswersCount);
    seen_at_ = now;
    const bool is_same = is_stable && holder.id == watched_;
    watched_for_ = is_same ? watched_for_ + since : SteadyTime::duration{};
    watched_ = holder.id;
    return watched_for_ > session_ + kAnswersCount;
}

}  // namespace flightcast::eventlog::membership
