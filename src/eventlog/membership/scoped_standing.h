// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <map>
#include <mutex>
#include <string>
#include <string_view>
#include <utility>

#include "eventlog/membership/port.h"

namespace flightcast::eventlog::membership {

// Whether the log is in trouble while something stands, or that is only told, once.
enum class Weight { trouble, word };

// One reader's share of a Standing that several have in common: its keys are its own, and over with
// it.
//
// Thread-safety: any thread may call any member.
class ScopedStanding final : public Standing {
  public:
    // `scope` is not another reader's. REQUIRES: `all` outlives it.
    ScopedStanding(Standing& all, std::string scope, Weight weight = Weight::trouble)
        : all_(all), scope_(std::move(scope)), weight_(weight) {}
    ~ScopedStanding() override {
        if (weight_ == Weight::word) return;
        for (const auto& [key, text] : texts_) all_.stand(key, {});
    }

    void stand(std::string_view key, std::string text) override {
        std::string own = scope_ + ": ";
        own += key;
        bool is_news = false;
        {
            const std::lock_guard lock(mutex_);
            if (text.empty()) {
                texts_.erase(own);
            } else {
                is_news = std::exchange(texts_[own], text) != text;
            }
        }
        if (weight_ == Weight::trouble) return all_.stand(own, std::move(text));
        if (is_news) all_.tell(std::move(text));
    }
    void tell(std::string text) override { all_.tell(std::move(text)); }
    void fatal(base::Error error) override { all_.fatal(std::move(error)); }

  private:
    Standing& all_;
    const std::string scope_;
    const Weight weight_;
    std::mutex mutex_;
    std::map<std::string, std::string> texts_;  // guarded by mutex_: all that stand
};

}  // namespace flightcast::eventlog::membership
