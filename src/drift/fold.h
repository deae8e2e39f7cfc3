// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <array>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <unordered_map>
#include <vector>

#include "base/clock.h"
#include "base/uuid.h"
#include "drift/reference.h"
#include "drift/shift.h"
#include "flight/prediction.h"
#include "judging/evaluation.h"

namespace flightcast::drift {

using Hour = std::chrono::sys_time<std::chrono::hours>;

// One feature, or the answers, of the window.
struct Compared {
    std::string name;   // "DepDelay"; "answers"
    Shift training{};   // against the flights that the model learned from
    Shift last_week{};  // against the same hours a week before
};

// A share with its standard error.
struct Share {
    std::uint64_t flights = 0;
    double share = 0;
    double error = 0;
};

// How the requests of a day look beside those before.
struct Report {
    std::string model;
    Hour from{};  // the window: [from, to)
    Hour to{};
    std::uint64_t flights = 0;
    std::vector<Compared> features;  // none of a model that does not tell its distributions
    Compared answers{.name = "answers"};

    // The accuracy of the model on the flights of the window as its own probabilities have it: the
    // mean probability of the answered class (CBPE). Known before any flight has landed; right
    // while the probabilities are, so blind to a change of what follows from the features.
    Share expected{};
    Share expected_of_judged{};  // the same of the flights that landed since
    Share judged{};              // the share of them that was right
};

// Counts requests and answers by the hour in which they were asked, for the last day and the same
// day of the week before. A pure function of the records; a repeated response counts again.
//
// Thread-safety: one thread.
class Fold {
  public:
    // REQUIRES: `reference` is not null.
    explicit Fold(std::shared_ptr<const Reference> reference);

    // A response: its request counts for the features; its answer where the model gave it.
    void add(const flight::Prediction& prediction, base::WallTime asked);

    // A prediction beside its arrival; the highest revision counts.
    void add(const judging::Evaluation& evaluation);

    // The window ends with the newest hour of a request. Nothing before the first.
    [[nodiscard]] std::optional<Report> report() const;

    [[nodiscard]] const Reference& reference() const { return *reference_; }

  private:
    struct Counts {
        std::uint64_t flights = 0;
        std::vector<std::vector<std::uint64_t>> features;
        std::array<std::uint64_t, forest::kClassCount> answers{};
        double expected = 0;  // sums over the model's answers: p of the answered class,
        double variance = 0;  // p (1 - p)
    };
    struct Judged {
        Hour hour{};
        std::int32_t revision = 0;
        bool counts = false;
        bool is_right = false;
        float expected = 0;
    };

    [[nodiscard]] Counts sum(Hour from, Hour to) const;
    [[nodiscard]] Counts no_counts() const;
    void compare_all(const Counts& now, const Counts& week, Report& report) const;
    void tell_judged(Report& report) const;
    void forget();

    const std::shared_ptr<const Reference> reference_;
    std::map<Hour, Counts> hours_;
    std::unordered_map<base::Uuid, Judged> judged_;  // of the window
    std::optional<Hour> newest_;
};

}  // namespace flightcast::drift
