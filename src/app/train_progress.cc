// SPDX-License-Identifier: Apache-2.0
#include "app/train_progress.h"

#include <unistd.h>

#include <cstdio>

namespace flightcast::app {
namespace {

constexpr std::size_t kBarWidth = 30;
constexpr std::size_t kPlainLines = 10;

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
    }
    return {"", ""};
}

}  // namespace

TrainProgress::TrainProgress(const base::Clock& clock)
    : clock_(clock), on_terminal_(::isatty(STDERR_FILENO) == 1) {}

void TrainProgress::starts(TrainStep step) {
    if (step_) done_.emplace_back(name_of(*step_).key, seconds_of_step());
    step_ = step;
    step_start_ = clock_.steady_now();
    std::fprintf(stderr, "%s\n", name_of(step).text);
}

void TrainProgress::grew(std::size_t trees_done, std::size_t trees) {
    if (on_terminal_) {
        draw_bar(trees_done, trees);
        return;
    }
    const std::size_t before = (trees_done - 1) * kPlainLines / trees;
    const std::size_t now = trees_done * kPlainLines / trees;
    if (now == before) return;
    std::fprintf(stderr, "%s: %zu of %zu\n", name_of(TrainStep::grow).text, trees_done, trees);
}

std::vector<std::pair<std::string, double>> TrainProgress::seconds() const {
    std::vector<std::pair<std::string, double>> all = done_;
    if (step_) all.emplace_back(name_of(*step_).key, seconds_of_step());
    return all;
}

double TrainProgress::seconds_of_step() const {
    return std::chrono::duration<double>(clock_.steady_now() - step_start_).count();
}

void TrainProgress::draw_bar(std::size_t trees_done, std::size_t trees) const {
    const double rate = static_cast<double>(trees_done) / std::max(seconds_of_step(), 1e-3);
    const double left = static_cast<double>(trees - trees_done) / rate;
    const std::size_t filled = trees_done * kBarWidth / trees;
    const std::string bar = std::string(filled, '#') + std::string(kBarWidth - filled, '.');
    std::fprintf(
        stderr,
        "\r[%s] %zu/%zu  %.1f trees/s  %.0f s left \033[K%s",
        bar.c_str(),
        trees_done,
        trees,
        rate,
        left,
        trees_done == trees ? "\n" : ""
    );
}

}  // namespace flightcast::app
