// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>

#include "figures/fixed_sum.h"
#include "flight/prediction.h"

namespace flightcast::figures {

// One judged answer: the classes predicted and observed, and the probabilities where they are
// known.
struct JudgedAnswer {
    std::size_t predicted = 0;
    std::size_t observed = 0;
    std::optional<flight::Probabilities> probabilities{};
};

// Lower bound for the probability of the observed class; it caps log loss at 34.5.
inline constexpr double kProbabilityMin = 1e-15;

// -ln of the probability of the observed class.
[[nodiscard]] double log_loss_of(const flight::Probabilities& probabilities, std::size_t observed);

// The summed squared differences to 1 (observed class) and 0 (others).
[[nodiscard]] double brier_of(const flight::Probabilities& probabilities, std::size_t observed);

// The flights to which one class was given about the same probability.
struct ReliabilityBin {
    std::size_t rows = 0;
    double probability = 0;  // their mean
    double came = 0;         // the observed share of that class among them

    bool operator==(const ReliabilityBin&) const = default;
};
inline constexpr std::size_t kReliabilityBins = 15;  // of equal width, from 0 to 1
using Reliability = std::array<ReliabilityBin, kReliabilityBins>;

// The bin of a probability.
[[nodiscard]] std::size_t reliability_bin(double probability);

// Figures of judged answers. All but the log loss lie in [0, 1] or, of Brier, in [0, 2]; one of a
// class without flights is 0. Figures that need probabilities are those of the answers that have
// them, and 0 without any.
struct Figures {
    std::size_t rows = 0;
    std::size_t rows_with_probabilities = 0;
    double accuracy = 0;
    double log_loss = 0;        // mean of log_loss_of()
    double log_loss_error = 0;  // standard error of that mean, as of independent flights
    double macro_f1 = 0;  // mean over the classes of the harmonic mean of precision and recall
    double brier = 0;     // mean of brier_of()
    // Expected calibration error: the difference between mean probability and observed share,
    // averaged over the bins of a class by their flights, then over the classes (Guo et al., "On
    // Calibration of Modern Neural Networks", 2017, taken class by class).
    double calibration_error = 0;
    std::array<double, flight::kClassCount> recall{};     // of the flights of the class
    std::array<double, flight::kClassCount> precision{};  // of the flights so answered
    // confusion[observed][answered], in flights
    std::array<std::array<std::size_t, flight::kClassCount>, flight::kClassCount> confusion{};
    std::array<Reliability, flight::kClassCount> reliability{};

    bool operator==(const Figures&) const = default;
};

// Additive totals of judged answers, from which all figures follow: the one definition of them, for
// files (evaluate/) and for arrivals (performance/). Totals are integers, so that the figures of
// the same flights are the same to the last digit, whatever the order, and a corrected flight
// leaves no trace.
class Tally {
  public:
    void add(const JudgedAnswer& answer) { count(answer, Sign::plus); }

    // Takes away what was added before.
    void subtract(const JudgedAnswer& answer) { count(answer, Sign::minus); }

    Tally& operator+=(const Tally& other);

    [[nodiscard]] std::size_t rows() const { return static_cast<std::size_t>(rows_); }
    [[nodiscard]] double log_loss() const;
    [[nodiscard]] Figures figures() const;

    // Visits every number of the totals, always in the same order: std::int64_t and FixedSum, so
    // that they can be kept. The order is a contract with what was kept.
    template <typename Visit>
    void for_each_number(const Visit& visit) {
        visit_all(*this, visit);
    }
    template <typename Visit>
    void for_each_number(const Visit& visit) const {
        visit_all(*this, visit);
    }

    bool operator==(const Tally&) const = default;

  private:
    static constexpr std::size_t kClasses = flight::kClassCount;
    enum class Sign { plus, minus };
    struct Bin {
        std::int64_t rows = 0;
        std::int64_t came = 0;
        FixedSum probability;

        bool operator==(const Bin&) const = default;
    };

    template <typename Self, typename Visit>
    static void visit_all(Self& self, const Visit& visit) {
        visit(self.rows_);
        visit(self.with_probabilities_);
        visit(self.loss_);
        visit(self.loss_squares_);
        visit(self.brier_);
        for (auto& observed : self.confusion_) {
            for (auto& count : observed) visit(count);
        }
        for (auto& of_class : self.bins_) {
            for (auto& bin : of_class) {
                visit(bin.rows);
                visit(bin.came);
                visit(bin.probability);
            }
        }
    }

    void count(const JudgedAnswer& answer, Sign sign);
    void count_bins(const JudgedAnswer& answer, Sign sign);
    [[nodiscard]] double log_loss_error() const;
    void put_classes(Figures& figures) const;
    void put_reliability(Figures& figures) const;

    std::int64_t rows_ = 0;
    std::int64_t with_probabilities_ = 0;
    FixedSum loss_;
    FixedSum loss_squares_;
    FixedSum brier_;
    std::array<std::array<std::int64_t, kClasses>, kClasses> confusion_{};
    std::array<std::array<Bin, kReliabilityBins>, kClasses> bins_{};
};

// The same in small, for the many groups of flights: their number, the right answers, the loss.
struct SmallTally {
    std::int64_t rows = 0;
    std::int64_t right = 0;
    std::int64_t with_probabilities = 0;
    FixedSum loss;

    void add(const JudgedAnswer& answer);
    void subtract(const JudgedAnswer& answer);
    SmallTally& operator+=(const SmallTally& other);
    SmallTally& operator-=(const SmallTally& other);

    bool operator==(const SmallTally&) const = default;
};

}  // namespace flightcast::figures
