// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <array>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "base/clock.h"
#include "base/uuid.h"
#include "flight/prediction.h"

namespace flightcast::judging {

// The end that arrivals give to the wait of a prediction.
enum class Verdict : std::uint8_t {
    judged,     // the flight landed: predicted and observed class stand beside each other
    cancelled,  // the rest is counted, and not judged
    diverted,
    ambiguous,  // reports may be of this flight or of another with its number
    withdrawn,  // a report that judged it was corrected away
};
inline constexpr std::array<std::string_view, 5> kVerdictNames = {
    "judged", "cancelled", "diverted", "ambiguous", "withdrawn"
};

// The state of an evaluation that another one replaces.
struct Replaced {
    std::int32_t revision = 0;
    Verdict verdict = Verdict::judged;
    std::size_t observed = 0;  // of one that was judged

    bool operator==(const Replaced&) const = default;
};

// One prediction of one model beside one arrival: a record of the evaluation topic. Revisions of a
// prediction count from 1; each says which it replaces, so that totals can be corrected exactly.
struct Evaluation {
    base::Uuid id;      // of the prediction's request
    std::string model;  // "<name>@<version>"; empty: the response named none
    std::int32_t revision = 1;
    Verdict verdict = Verdict::judged;

    // The flight, as the response has it.
    std::optional<std::string> flight_date;  // YYYY-MM-DD
    std::optional<std::string> carrier;
    std::optional<std::string> origin;
    std::optional<std::string> dest;
    std::optional<std::string> flight_num;
    std::optional<std::int32_t> crs_dep_time;
    std::optional<double> dep_delay;  // minutes, as it was known at the request

    base::WallTime requested_at;
    std::size_t predicted = 0;
    std::optional<flight::Probabilities> probabilities;  // not of an original scorer's response

    // The report: the observed class and delay only where it was judged; times and source but for
    // ambiguous and withdrawn ones.
    std::size_t observed = 0;
    float arr_delay = 0;  // minutes
    base::WallTime arrived_at;
    base::WallTime reported_at;
    std::string source;

    std::optional<Replaced> replaces;  // none: the first of its prediction

    // How long after the request the truth was known.
    [[nodiscard]] std::chrono::microseconds label_delay() const {
        return reported_at - requested_at;
    }

    bool operator==(const Evaluation&) const = default;
};

}  // namespace flightcast::judging
