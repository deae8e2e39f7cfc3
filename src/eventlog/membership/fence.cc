// SPDX-License-Identifier: Apache-2.0
#include "eventlog/membership/fence.h"

#include <algorithm>
#include <chrono>
#include <utility>

#include "base/planted_bug.h"

namespace flightcast::eventlog::membership {

using base::Errc;
using base::Result;
using base::SteadyTime;

namespace {

constexpr auto kFenceAskInterval = std::chrono::seconds(1);

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
    const std::string own = questions_.client();
    const bool is_other = holder != members.end() && (own.empty() || holder->client != own);
    const std::lock_guard lock(mutex_);
    state_ = State::own;
    if (!is_other || base::is_planted(base::PlantedBug::name_taken_back)) return SteadyTime::max();
    state_ = State::other;
    error_.detail += "; another process has the name '" + name_ + "', at " + holder->host +
                     " (client " + holder->client + "): give each its own --instance-id";
    return SteadyTime::max();
}

}  // namespace flightcast::eventlog::membership
