// SPDX-License-Identifier: Apache-2.0
#include "eventlog/kafka/shared/housekeeper.h"

namespace flightcast::eventlog::kafka {

namespace {

using namespace std::chrono_literals;

constexpr auto kRound = 10s;
constexpr auto kRoundInTrouble = 500ms;  // while brokers do not answer, or somebody is in a hurry
constexpr auto kRefreshPatience = 1s;    // of one question: a stop waits for it

}  // namespace

Housekeeper::Housekeeper(TopicDirectory& directory)
    : directory_(directory), thread_([this] { run(); }) {}

Housekeeper::~Housekeeper() {
    {
        const std::lock_guard lock(mutex_);
        stopping_ = true;
    }
    changed_.notify_one();
    thread_.join();
}

void Housekeeper::hurry() {
    {
        const std::lock_guard lock(mutex_);
        in_a_hurry_ = true;
    }
    changed_.notify_one();
}

void Housekeeper::run() {
    while (true) {
        const bool answered = directory_.refresh(kRefreshPatience);
        std::unique_lock lock(mutex_);
        if (!answered) {
            changed_.wait_for(lock, kRoundInTrouble, [this] { return stopping_; });
        } else {
            changed_.wait_for(lock, kRound, [this] { return stopping_ || in_a_hurry_; });
            if (in_a_hurry_) changed_.wait_for(lock, kRoundInTrouble, [this] { return stopping_; });
        }
        in_a_hurry_ = false;
        if (stopping_) return;
    }
}

}  // namespace flightcast::eventlog::kafka
