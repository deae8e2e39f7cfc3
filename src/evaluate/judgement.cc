// SPDX-License-Identifier: Apache-2.0
#include "evaluate/judgement.h"

#include <algorithm>
#include <map>
#include <memory>
#include <thread>

#include "base/check.h"
#include "evaluate/baselines.h"
#include "evaluate/request_of.h"

namespace flightcast::evaluate {
namespace {

using Answers = std::vector<flight::Probabilities>;

// Scores rows[begin..end) into their places.
void score_part(
    const features::Predictor& model,
    const dataset::FlightTable& table,
    std::span<const std::uint32_t> rows,
    std::span<flight::Probabilities> answers
) {
    constexpr std::size_t kRowsAtOnce = 1'024;
    std::vector<flight::Request> requests;
    for (std::size_t begin = 0; begin < rows.size(); begin += kRowsAtOnce) {
        const auto some = rows.subspan(begin, std::min(kRowsAtOnce, rows.size() - begin));
        requests.clear();
        for (const std::uint32_t row : some) requests.push_back(request_of(table, row));
        std::ranges::copy(model.score(requests), answers.subspan(begin).begin());
    }
}

std::map<dataset::Day, std::size_t> number_days(
    const dataset::FlightTable& table, std::span<const std::uint32_t> rows
) {
    std::map<dataset::Day, std::size_t> places;
    for (const std::uint32_t row : rows) places.emplace(table.day[row], 0);
    std::size_t place = 0;
    for (auto& [day, number] : places) number = place++;
    return places;
}

}  // namespace

Candidate candidate_of(
    std::string name,
    const features::Predictor& model,
    const dataset::FlightTable& table,
    std::size_t threads
) {
    return {std::move(name), [&model, &table, threads](std::span<const std::uint32_t> rows) {
                Answers answers(rows.size());
                const std::size_t part = rows.size() / std::max<std::size_t>(threads, 1) + 1;
                std::vector<std::jthread> helpers;
                for (std::size_t begin = 0; begin < rows.size(); begin += part) {
                    const std::size_t size = std::min(part, rows.size() - begin);
                    helpers.emplace_back([&, begin, size] {
                        score_part(
                            model,
                            table,
                            rows.subspan(begin, size),
                            std::span(answers).subspan(begin, size)
                        );
                    });
                }
                helpers.clear();
                return answers;
            }};
}

std::vector<Candidate> baselines_of(
    const forest::DelayCounts& counts, const dataset::FlightTable& table
) {
    const auto by_delay = std::make_shared<const DepDelayTable>(counts);
    const flight::Probabilities shares = class_shares(counts);
    return {
        {"dep_delay_table",
         [by_delay, &table](std::span<const std::uint32_t> rows) {
             Answers answers;
             answers.reserve(rows.size());
             for (const std::uint32_t row : rows) {
                 answers.push_back(by_delay->answer(table.dep_delay[row]));
             }
             return answers;
         }},
        {"majority",
         [shares](std::span<const std::uint32_t> rows) { return Answers(rows.size(), shares); }},
    };
}

Judgement judge(
    const dataset::FlightTable& table,
    std::span<const std::uint32_t> rows,
    std::span<const Candidate> candidates,
    std::uint64_t seed
) {
    FC_CHECK(!rows.empty() && !candidates.empty());
    const std::map<dataset::Day, std::size_t> days = number_days(table, rows);
    Judgement judgement{.rows = rows.size()};
    for (const auto& [day, number] : days) judgement.days.push_back(day);
    judgement.rows_of_day.resize(days.size());
    for (const std::uint32_t row : rows) ++judgement.rows_of_day[days.at(table.day[row])];
    std::vector<std::vector<DayTally>> tallies;
    for (const Candidate& candidate : candidates) {
        const Answers answers = candidate.answer(rows);
        std::vector<Judged> judged;
        std::vector<DayTally> by_day(days.size());
        for (std::size_t i = 0; i < rows.size(); ++i) {
            judged.push_back({answers[i], table.arr_delay[rows[i]]});
            by_day[days.at(table.day[rows[i]])].add(judged.back());
        }
        Contestant contestant{.name = candidate.name, .metrics = measure(judged)};
        for (const DayTally& day : by_day) contestant.daily_log_loss.push_back(day.log_loss());
        judgement.contestants.push_back(std::move(contestant));
        tallies.push_back(std::move(by_day));
    }
    if (days.size() < 2) return judgement;  // Days cannot be drawn from one.
    std::vector<Intervals> intervals = bootstrap_days(tallies, seed);
    for (std::size_t i = 0; i < candidates.size(); ++i) {
        judgement.contestants[i].intervals = std::move(intervals[i]);
    }
    return judgement;
}

}  // namespace flightcast::evaluate
