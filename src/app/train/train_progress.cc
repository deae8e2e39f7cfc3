// SPDX-License-Identifier: Apache-2.0
#include "app/train/train_progress.h"

#include <unistd.h>

#include <algorithm>
#include <cstdio>

namespace flightcast::app::train {
namespace {

constexpr std::size_t kBarWidth = 30;
constexpr double kSecondsBeforePlainLines = 2;  // A short step needs no lines.

struct StepName {
    const char* key;   // in JSON
    const char* text;  // for people
};

StepName name_of(TrainStep step) {
    switch (step) {
        case TrainStep::read:
            return {"read", "reading flights"};
        case TrainStep::encode:
            return {"encode", "computing features"};
        case TrainStep::grow:
            return {"grow", "growing trees"};
        case TrainStep::judge:
            return {"judge", "judging on later flights"};
        case TrainStep::refit:
            return {"refit", "learning again from all flights"};
    }
    return {"", ""};
}

}  // namespace

TrainProgress::TrainProgress(const base::Clock& clock)
    : clock_(clock), on_terminal_(::isatty(STDERR_FILENO) == 1) {}

void TrainProgress::starts(TrainStep step) {
    if (step_) done_.push_back(time_of_step());
    step_ = step;
    step_start_ = clock_.steady_now();
    step_start_cpu_ = std::clock();
    tenths_ = 0;
    std::fprintf(stderr, "%s\n", name_of(step).text);
}

void TrainProgress::read(const dataset::LoadProgress& progress) {
    show(progress.share, progress.flights, "", "flights");
}

void TrainProgress::grew(std::size_t trees_done, std::size_t trees) {
    const double share = static_cast<double>(trees_done) / static_cast<double>(trees);
    show(share, trees_done, "/" + std::to_string(trees), "trees");
}

std::vector<StepTime> TrainProgress::steps() const {
    std::vector<StepTime> all = done_;
    if (step_) all.push_back(time_of_step());
    return all;
}

StepTime TrainProgress::time_of_step() const {
    const auto cpu = static_cast<double>(std::clock() - step_start_cpu_) / CLOCKS_PER_SEC;
    return {name_of(*step_).key, seconds_of_step(), cpu};
}

double TrainProgress::seconds_of_step() const {
    return std::chrono::duration<double>(clock_.steady_now() - step_start_).count();
}

void TrainProgress::show(
    double share, std::size_t done, const std::string& of_all, const char* unit
) {
    const bool finished = share > 1 - 1e-9;
    const double taken = std::max(seconds_of_step(), 1e-3);
    const double rate = static_cast<double>(done) / taken;
    const double left = share > 0 ? taken / share - taken : 0;
    if (on_terminal_) {
        const auto filled = static_cast<std::size_t>(share * kBarWidth + 1e-9);
        const std::string bar = std::string(filled, '#') + std::string(kBarWidth - filled, '.');
        std::fprintf(
            stderr,
            "\r[%s] %zu%s %s  %.*f/s  %.0f s left \033[K%s",
            bar.c_str(),
            done,
            of_all.c_str(),
            unit,
            rate < 100 ? 1 : 0,
            rate,
            left,
            finished ? "\n" : ""
        );
        return;
    }
    const int tenths = static_cast<int>(share * 10 + 1e-9);
    if (tenths == tenths_ || taken < kSecondsBeforePlainLines) return;
    tenths_ = tenths;
    std::fprintf(
        stderr, "  %d %%, %zu%s %s, %.0f s left\n", tenths * 10, done, of_all.c_str(), unit, left
    );
}

}  // namespace flightcast::app::train
