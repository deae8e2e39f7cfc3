// SPDX-License-Identifier: Apache-2.0
#include "scoring/scorer_stage.h"

#include <algorithm>
#include <cstdint>
#include <memory>
#include <utility>
#include <vector>

#include "flight/topics/arrivals_before.h"
#include "scoring/live_fold.h"

namespace flightcast::scoring {

using eventlog::NewRecord;
using eventlog::Record;

namespace {

// Four of the longest half-lives that matter, of the means of routes: what is older weighs a
// sixteenth and is in the state that a model brings, if anywhere.
constexpr auto kArrivalsWindow = std::chrono::hours(60 * 24);

// Arrivals that were reported before a request are a few milliseconds away. Without them it is
// answered with what is known.
constexpr auto kArrivalsPatience = std::chrono::seconds(5);

// What was reported before the end of the model's state is in it. Without such a state, or with one
// of another time, the whole window.
std::chrono::milliseconds window_after(const features::online::Fold& state, base::WallTime now) {
    constexpr std::chrono::milliseconds kLeast = std::chrono::hours(1);
    const auto seconds = std::chrono::seconds(static_cast<std::int64_t>(state.clock()));
    const auto since = std::chrono::ceil<std::chrono::milliseconds>(now - base::WallTime(seconds));
    if (since < kLeast) return kLeast;
    return std::min<std::chrono::milliseconds>(since, kArrivalsWindow);
}

// Until the request is `age` old, by the time at which it was appended. Where that is ahead of our
// clock: for `age`, and no longer.
pipeline::HoldFor until_it_is(std::chrono::microseconds age, const base::Clock& clock) {
    if (age.count() == 0) return {};
    return [age, &clock](const Record& record) {
        const auto left = record.appended + age - clock.wall_now();
        return std::clamp<std::chrono::microseconds>(left, std::chrono::microseconds(0), age);
    };
}

// The end of the arrivals that a request is to be answered from; 0 when it names none.
std::int64_t arrivals_before(const Record& request) {
    for (const eventlog::Header& header : request.headers) {
        if (header.name != flight::kArrivalsHeader) continue;
        return flight::arrivals_before(header.value).value_or(0);
    }
    return 0;
}

}  // namespace

pipeline::StageSpec scorer_stage(
    const flight::TopicSet& topics, std::string group, std::optional<ScorerParts> parts
) {
    pipeline::StageSpec spec{
        .name = "scorer",
        .verb = "score",
        .group = std::move(group),
        .topics = {topics.request},
        .writes = topics.outcomes(),
        .off = "no model"
    };
    if (!parts) return spec;
    spec.options.holding.hold_for = until_it_is(parts->answer_delay, parts->clock);
    spec.details = {{"log", parts->log_place}, {"model", parts->model()->id}};
    const auto online = parts->model()->online;
    std::shared_ptr<LiveFold> live;
    if (parts->follows_arrivals && online) {
        live = std::make_shared<LiveFold>(online, std::move(parts->arrival_ranks));
        spec.follows = eventlog::ReplayOptions{
            .topics = {topics.arrival},
            .behind_group = {},
            .window = window_after(*online, parts->clock.wall_now())
        };
        spec.consume = [live](const std::vector<Record>& records) -> base::Result<void> {
            live->consume(records);
            return {};
        };
        spec.follows_closely = true;
        spec.options.holding.awaits = [live](const Record& request) {
            return live->next() < arrivals_before(request);
        };
        spec.options.holding.await_most = kArrivalsPatience;
    }
    const auto scorer = std::make_shared<const Scorer>(
        std::move(parts->model),
        parts->clock,
        ScorerOptions{
            .topics = topics, .fields = parts->fields, .zone = parts->zone, .live = std::move(live)
        },
        std::move(parts->on_outcome),
        std::move(parts->on_failure)
    );
    spec.work = [scorer](
                    const std::vector<Record>& records
                ) -> base::Result<std::vector<NewRecord>> { return scorer->process(records); };
    spec.set_aside = [scorer](const NewRecord& refused, const base::Error& cause) {
        return scorer->set_aside(refused, cause);
    };
    return spec;
}

}  // namespace flightcast::scoring
