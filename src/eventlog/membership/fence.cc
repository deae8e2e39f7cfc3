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
constexpr auto kSilence = 2 * kFenceAskInterval;  // between two answers

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
    if (!view && view.error().code != Errc::not_found) {
        watched_.clear();
        return ask_at_;
    }
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
// or its broker is silent or slow, the sessions of its members may stand still.
bool Fence::lives(const GroupView::Member& holder, bool is_stable, SteadyTime now) {
    const bool was_silent = now - seen_at_ > kSilence;
    seen_at_ = now;
    if (!is_stable || was_silent || holder.id != watched_) {
        watched_ = holder.id;
        watched_since_ = now;
    }
    return now - watched_since_ > session_ + kFenceAskInterval;
}

}  // namespace flightcast::eventlog::membership
