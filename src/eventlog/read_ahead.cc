// SPDX-License-Identifier: Apache-2.0
#include "eventlog/read_ahead.h"

#include <algorithm>
#include <iterator>
#include <utility>

#include "base/check.h"
#include "eventlog/positions.h"

namespace flightcast::eventlog {

using base::Result;

namespace {

constexpr std::size_t kBatchesAhead = 16;

}  // namespace

Replay ReadAhead::wrap(Replay replay, std::size_t batch) {
    FC_CHECK(batch > 0);
    std::vector<Position> caught_up_at = replay.caught_up_at;
    std::unique_ptr<Reader> reader(new ReadAhead(std::move(replay), batch));
    return {.reader = std::move(reader), .caught_up_at = std::move(caught_up_at)};
}

ReadAhead::ReadAhead(Replay replay, std::size_t batch)
    : batch_(batch),
      until_(std::move(replay.caught_up_at)),
      inner_(std::move(replay.reader)),
      positions_(inner_->positions()) {
    inner_->on_ready([this] { note_news(); });
    thread_ = std::thread([this] { run(); });
}

ReadAhead::~ReadAhead() {
    {
        const std::lock_guard lock(mutex_);
        is_closing_ = true;
    }
    changed_.notify_all();
    end_thread();
    inner_->on_ready({});
}

// The caller is to know, too: behind the place up to which the thread reads, it polls itself.
void ReadAhead::note_news() {
    {
        const std::lock_guard lock(mutex_);
        has_news_ = true;
    }
    changed_.notify_all();
    const std::lock_guard lock(wake_mutex_);
    if (wake_) wake_();
}

void ReadAhead::end_thread() {
    if (thread_.joinable()) thread_.join();
}

// False when the thread is to end.
bool ReadAhead::wait_for_room() {
    std::unique_lock lock(mutex_);
    changed_.wait(lock, [this] { return is_closing_ || batches_.size() < kBatchesAhead; });
    return !is_closing_;
}

void ReadAhead::hand_over(Batch batch, bool is_last) {
    {
        const std::lock_guard lock(mutex_);
        batches_.push_back(std::move(batch));
        is_done_ = is_last;
    }
    const std::lock_guard lock(wake_mutex_);
    if (wake_) wake_();
}

void ReadAhead::run() {
    while (wait_for_room()) {
        {
            const std::lock_guard lock(mutex_);
            has_news_ = false;
        }
        Batch batch{.records = inner_->poll(batch_), .next = inner_->positions()};
        const bool is_last = !batch.records || has_reached(batch.next, until_);
        if (is_last || !batch.records->empty()) {
            hand_over(std::move(batch), is_last);
            if (is_last) return;
            continue;
        }
        // A log on other machines has not sent anything yet.
        std::unique_lock lock(mutex_);
        changed_.wait(lock, [this] { return is_closing_ || has_news_; });
    }
}

Result<std::vector<Record>> ReadAhead::poll(std::size_t records_max) {
    FC_CHECK(records_max > 0);
    if (rest_.empty()) {
        std::unique_lock lock(mutex_);
        if (batches_.empty()) {
            if (!is_done_) return std::vector<Record>{};
            lock.unlock();
            end_thread();
            Result<std::vector<Record>> records = inner_->poll(records_max);
            positions_ = inner_->positions();
            return records;
        }
        Batch batch = std::move(batches_.front());
        batches_.pop_front();
        lock.unlock();
        changed_.notify_all();
        if (!batch.records) return std::move(batch.records);
        rest_ = *std::move(batch.records);
        rest_next_ = std::move(batch.next);
    }
    if (rest_.size() <= records_max) {
        positions_ = std::move(rest_next_);
        return std::exchange(rest_, {});
    }
    const auto end = rest_.begin() + static_cast<std::ptrdiff_t>(records_max);
    std::vector<Record> some(std::make_move_iterator(rest_.begin()), std::make_move_iterator(end));
    rest_.erase(rest_.begin(), end);
    for (const Position& read : positions_after(some)) {
        const auto known = std::ranges::find(positions_, read.at, &Position::at);
        if (known != positions_.end()) known->next = read.next;
    }
    return some;
}

void ReadAhead::on_ready(std::function<void()> wake) {
    const std::lock_guard lock(wake_mutex_);
    wake_ = std::move(wake);
}

std::vector<Position> ReadAhead::positions() const {
    return positions_;
}

}  // namespace flightcast::eventlog
