// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <condition_variable>
#include <cstddef>
#include <deque>
#include <functional>
#include <mutex>
#include <thread>
#include <vector>

namespace flightcast::batch {

// Threads that work on jobs; who hands jobs out waits for each of them in turn, and so gets the
// results in the order of the jobs. `Job` has a member `bool done`, which belongs to this class
// from start() to wait().
//
// Thread-safety: one thread calls start() and wait().
template <typename Job>
class OrderedWorkers {
  public:
    // Each thread makes its own function by `make_work`, and with it what it keeps from job to job.
    OrderedWorkers(
        std::size_t threads, const std::function<std::function<void(Job&)>()>& make_work
    ) {
        for (std::size_t i = 0; i < threads; ++i) {
            threads_.emplace_back([this, make_work] { run(make_work()); });
        }
    }

    // Leaves undone the jobs that had no waiter.
    ~OrderedWorkers() {
        {
            const std::lock_guard lock(mutex_);
            ending_ = true;
        }
        work_.notify_all();
    }

    OrderedWorkers(const OrderedWorkers&) = delete;
    OrderedWorkers& operator=(const OrderedWorkers&) = delete;

    // `job` stays where it is until wait() returned for it, or this object is gone.
    void start(Job& job) {
        {
            const std::lock_guard lock(mutex_);
            job.done = false;
            waiting_.push_back(&job);
        }
        work_.notify_one();
    }

    void wait(const Job& job) {
        std::unique_lock lock(mutex_);
        done_.wait(lock, [&job] { return job.done; });
    }

  private:
    void run(const std::function<void(Job&)>& work) {
        std::unique_lock lock(mutex_);
        while (true) {
            work_.wait(lock, [this] { return ending_ || !waiting_.empty(); });
            if (ending_) return;
            Job* const job = waiting_.front();
            waiting_.pop_front();
            lock.unlock();
            work(*job);
            lock.lock();
            job->done = true;
            done_.notify_one();
        }
    }

    std::mutex mutex_;
    std::condition_variable work_;
    std::condition_variable done_;
    std::deque<Job*> waiting_;  // guarded by mutex_; as many as its user has jobs
    bool ending_ = false;       // guarded by mutex_
    std::vector<std::jthread> threads_;
};

}  // namespace flightcast::batch
