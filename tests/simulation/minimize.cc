// SPDX-License-Identifier: Apache-2.0
#include "minimize.h"

#include <algorithm>
#include <utility>

namespace flightcast::simulation {
namespace {

class Minimizer {
  public:
    Minimizer(
        Schedule schedule, const std::function<bool(const Schedule&)>& fails, std::size_t tries_max
    )
        : best_(std::move(schedule)), fails_(fails), tries_left_(tries_max) {}

    // Pieces of half of the events, then of a quarter ...: each goes that is not needed.
    void drop_events() {
        for (std::size_t size = std::max<std::size_t>(1, best_.events.size() / 2); size > 0;) {
            bool has_dropped = false;
            for (std::size_t at = 0; at < best_.events.size();) {
                Schedule fewer = best_;
                const auto from = fewer.events.begin() + static_cast<std::ptrdiff_t>(at);
                const std::size_t end = std::min(at + size, fewer.events.size());
                fewer.events.erase(from, fewer.events.begin() + static_cast<std::ptrdiff_t>(end));
                if (accept(std::move(fewer))) {
                    has_dropped = true;
                } else {
                    at += size;
                }
            }
            if (!has_dropped || size > 1) size /= 2;
        }
    }

    void drop_turns() {
        for (std::size_t i = 0; i < best_.events.size(); ++i) {
            Schedule calmer = best_;
            calmer.events[i].turns = 0;
            if (best_.events[i].turns > 0) accept(std::move(calmer));
        }
    }

    void drop_parts() {
        for (std::size_t Schedule::* const number :
             {&Schedule::gateways, &Schedule::scorers, &Schedule::clients}) {
            while (best_.*number > 1) {
                Schedule smaller = best_;
                --(smaller.*number);
                if (!accept(std::move(smaller))) break;
            }
        }
    }

    [[nodiscard]] const Schedule& best() const { return best_; }

  private:
    bool accept(Schedule candidate) {
        if (tries_left_ == 0) return false;
        --tries_left_;
        if (!fails_(candidate)) return false;
        best_ = std::move(candidate);
        return true;
    }

    Schedule best_;
    const std::function<bool(const Schedule&)>& fails_;
    std::size_t tries_left_;
};

}  // namespace

Schedule minimize(
    Schedule schedule, const std::function<bool(const Schedule&)>& fails, std::size_t tries_max
) {
    Minimizer minimizer(std::move(schedule), fails, tries_max);
    minimizer.drop_events();
    minimizer.drop_parts();
    minimizer.drop_turns();
    minimizer.drop_events();
    return minimizer.best();
}

}  // namespace flightcast::simulation
