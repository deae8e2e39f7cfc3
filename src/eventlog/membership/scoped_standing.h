// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <mutex>
#include <set>
#include <string>
#include <string_view>
#include <utility>

#include "eventlog/membership/port.h"

namespace flightcast::eventlog::membership {

// One reader's share of a Standing that several have in common: its keys are its own, and over with
// it.
//
// Thread-safety: any thread may call any member.
class ScopedStanding final : public Standing {
  public:
    // `scope` is not another reader's. REQUIRES: `all` outlives it.
    ScopedStanding(Standing& all, std::string scope) : all_(all), scope_(std::move(scope)) {}
    ~ScopedStanding() override {
        for (const std::string& key : keys_) all_.stand(key, {});
    }

    void stand(std::string_view key, std::string text) override {
        std::string own = scope_ + ": ";
        own += key;
        {
            const std::lock_guard lock(mutex_);
            if (text.empty()) {
                keys_.erase(own);
            } else {
                keys_.insert(own);
            }
        }
        all_.stand(own, std::move(text));
    }
    void tell(std::string text) override { all_.tell(std::move(text)); }
    void fatal(base::Error error) override { all_.fatal(std::move(error)); }

  private:
    Standing& all_;
    const std::string scope_;
    std::mutex mutex_;
    std::set<std::string> keys_;  // guarded by mutex_: all that stand
};

}  // namespace flightcast::eventlog::membership
