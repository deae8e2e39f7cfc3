// SPDX-License-Identifier: Apache-2.0
#include "eventlog/kafka/housekeeper.h"

#include <utility>

namespace flightcast::eventlog::kafka {

namespace {

using namespace std::chrono_literals;

constexpr auto kRound = 10s;             // well below max.poll.interval.ms
constexpr auto kRoundInTrouble = 500ms;  // while brokers do not answer, or somebody is in a hurry
constexpr auto kPatience = 1s;           // of one question: a stop waits for it

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

void Housekeeper::add_reader(std::weak_ptr<WakeSlot> slot, std::weak_ptr<LostPlaces> places) {
    const std::lock_guard lock(mutex_);
    std::erase_if(readers_, [](const Reader& known) { return known.slot.expired(); });
    readers_.push_back({std::move(slot), std::move(places)});
}

void Housekeeper::hurry() {
    {
        const std::lock_guard lock(mutex_);
        in_a_hurry_ = true;
    }
    changed_.notify_one();
}

std::vector<Housekeeper::Reader> Housekeeper::readers() {
    const std::lock_guard lock(mutex_);
    return readers_;
}

bool Housekeeper::find_places() {
    const auto ask = [this](const TopicPartition& at) { return directory_.range(at, kPatience); };
    bool has_all = true;
    for (const Reader& reader : readers()) {
        if (const auto places = reader.places.lock()) has_all = places->look(ask) && has_all;
    }
    return has_all;
}

void Housekeeper::wake_readers() {
    for (const Reader& reader : readers()) {
        if (const auto slot = reader.slot.lock()) slot->call();
    }
}

void Housekeeper::run() {
    while (true) {
        const bool answered = directory_.refresh(kPatience) && find_places();
        wake_readers();
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
