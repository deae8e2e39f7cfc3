// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "base/clock.h"
#include "figures/tally.h"
#include "judging/evaluation.h"
#include "performance/class_counts.h"
#include "performance/counted.h"

namespace flightcast::performance {

// How late the truth came: upper bounds of the counts of label delays, in minutes; the last one has
// none.
inline constexpr std::array<std::int64_t, 11> kDelayBounds = {
    30, 60, 120, 180, 240, 360, 540, 720, 1'440, 2'880, 4'320
};

enum class Sign { plus, minus };

// What became of the predictions of one model in some time: integers alone, so that sums do not
// depend on the order of their parts, and a part is taken away without a trace.
struct ModelSums {
    figures::Tally tally;  // of those judged
    std::array<std::int64_t, judging::kVerdictNames.size()> verdicts{};
    std::array<std::int64_t, kDelayBounds.size() + 1> delays{};  // of those judged
    figures::FixedSum delay_minutes;                             // the same, added up
    ClassCounts classes;                                         // of those judged

    ModelSums& operator+=(const ModelSums& other);

    // Counts the prediction of `evaluation` as `counted` has it, which may be an earlier revision,
    // or takes it away.
    void count(const judging::Evaluation& evaluation, const Counted& counted, Sign sign);

    [[nodiscard]] std::int64_t flights() const;  // of all verdicts

    bool operator==(const ModelSums&) const = default;
};

// What is counted of an evaluation when it is the first of its prediction: at the time at which its
// report was told, else at that of its request.
[[nodiscard]] Counted counted_of(const judging::Evaluation& evaluation);

// Whether the evaluation tells of a report.
[[nodiscard]] bool has_report(const judging::Evaluation& evaluation);

// All integers of the sums as one line of text, and back. The text begins with its version; nothing
// for another one, and for text that is cut short.
[[nodiscard]] std::string encode_sums(const ModelSums& sums);
[[nodiscard]] std::optional<ModelSums> decode_sums(std::string_view text);

}  // namespace flightcast::performance
