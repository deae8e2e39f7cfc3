// SPDX-License-Identifier: Apache-2.0
#include <algorithm>
#include <string>

#include "experiment/decider.h"
#include "flight/calendar/timestamp.h"
#include "registry/member_writer.h"

namespace flightcast::experiment {

using registry::MemberWriter;

namespace {

constexpr int kBlockHours = 6;  // of the drawn bounds
constexpr std::array<std::string_view, 3> kVerdicts = {"not enough", "harm", "better"};

void append_bounds(MemberWriter& to, const Bounds& bounds) {
    to.integer("flights", bounds.flights);
    to.integer("blocks", static_cast<std::int64_t>(bounds.blocks));
    to.number("mean", bounds.mean);
    to.number("lower", bounds.lower);
    to.number("upper", bounds.upper);
    to.number("champion_loss", bounds.champion);
}

// The bounds as they were after each block of hours.
std::string sequence_json(const std::vector<HourSums>& hours) {
    std::string text;
    std::size_t blocks = 0;
    for (std::size_t i = 1; i <= hours.size(); ++i) {
        const auto bounds = bounds_of(std::span(hours).first(i), kBlockHours, rules().back().alpha);
        if (!bounds || bounds->blocks == blocks) continue;
        blocks = bounds->blocks;
        MemberWriter member;
        std::string time;
        flight::append_utc(time, hours[i - 1].hour + std::chrono::hours(1));
        member.text("time", time);
        append_bounds(member, *bounds);
        text += (text.empty() ? "[" : ",") + std::move(member).finish();
    }
    return text.empty() ? "[]" : text + "]";
}

std::string pair_json(const PairState& pair) {
    MemberWriter member;
    member.text("experiment", pair.experiment);
    member.text("challenger", pair.challenger);
    member.text("champion", pair.champion);
    std::int64_t flights = 0;
    for (const HourSums& hour : pair.hours) flights += hour.flights;
    member.integer("judged", flights);
    member.integer("hours", static_cast<std::int64_t>(pair.hours.size()));
    member.text("verdict", kVerdicts[static_cast<std::size_t>(pair.judgement.verdict)]);
    if (pair.judgement.bounds.blocks > 0) {
        MemberWriter bounds;
        append_bounds(bounds, pair.judgement.bounds);
        member.raw("bounds", std::move(bounds).finish());
    }
    if (pair.ratio) {
        MemberWriter split;
        split.integer("challenger", pair.ratio->challenger);
        split.integer("champion", pair.ratio->champion);
        split.number("expected", pair.ratio->expected);
        split.number("chi_squared", pair.ratio->chi_squared);
        split.flag("skewed", pair.ratio->is_skewed);
        member.raw("split", std::move(split).finish());
    }
    member.raw("sequence", sequence_json(pair.hours));
    return std::move(member).finish();
}

}  // namespace

std::string status_json(const Decider& decider) {
    std::string pairs;
    for (const PairState& pair : decider.pairs()) {
        pairs += (pairs.empty() ? "[" : ",") + pair_json(pair);
    }
    MemberWriter to;
    const registry::Experiment* const running = decider.registry().running();
    to.text("running", running == nullptr ? std::nullopt : std::optional(running->name));
    to.raw("pairs", pairs.empty() ? "[]" : pairs + "]");
    return std::move(to).finish() + "\n";
}

}  // namespace flightcast::experiment
