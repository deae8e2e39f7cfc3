// SPDX-License-Identifier: Apache-2.0
#include "features/online/request_values.h"

#include <chrono>
#include <string>
#include <string_view>

#include "features/online/effects.h"
#include "flight/expected_delay.h"

namespace flightcast::features::online {
// flight/expected_delay.h goes by their places.
static_assert(static_cast<std::size_t>(Value::expected_minutes_lost) == 0);
static_assert(static_cast<std::size_t>(Value::expected_minutes_lost_error) == 1);
static_assert(kNoiseVariance == flight::kMinutesLostNoise);

namespace {

std::string_view text_or_empty(const std::optional<std::string>& text) {
    return text ? std::string_view(*text) : std::string_view();
}

}  // namespace

Question question_of(const flight::Request& request, const Fold& fold) {
    Question question{
        .flight =
            {.carrier = text_or_empty(request.carrier),
             .number = text_or_empty(request.flight_num),
             .origin = text_or_empty(request.origin),
             .dest = text_or_empty(request.dest)},
        .time = fold.clock(),
        .scheduled_elapsed = request.crs_elapsed_time
    };
    if (request.requested_at) {
        const auto second = std::chrono::floor<std::chrono::seconds>(*request.requested_at);
        question.time = static_cast<double>(second.time_since_epoch().count());
    }
    return question;
}

flight::OnlineValues online_values(
    const flight::Request& request, const Fold& fold, std::optional<std::int64_t> arrival_offset
) {
    const Values values = fold.values(question_of(request, fold));
    return {
        .fold = kFoldVersion,
        .arrival_offset = arrival_offset,
        .values = {values.begin(), values.end()}
    };
}

}  // namespace flightcast::features::online
