// SPDX-License-Identifier: Apache-2.0
#include "app/train_progress.h"

#include <unistd.h>

#include <cstdio>

namespace flightcast::app {
namespace {

constexpr std::size_t kBarWidth = 30;
constexpr std::size_t kPlainLines = 10;

}  // namespace

TrainProgress::TrainProgress(const base::Clock& clock)
    : clock_(clock), on_terminal_(::isatty(STDERR_FILENO) == 1) {}

void TrainProgress::starts(const std::string& step) {
    step_ = step;
    step_start_ = clock_.steady_now();
    std::fprintf(stderr, "%s\n", step.c_str());
}

void TrainProgress::grew(std::size_t trees_done, std::size_t trees) {
    if (on_terminal_) {
        draw_bar(trees_done, trees);
        return;
    }
    const std::size_t before = (trees_done - 1) * kPlainLines / trees;
    const std::size_t now = trees_done * kPlainLines / trees;
    if (now != before) std::fprintf(stderr, "%s: %zu of %zu\n", step_.c_str(), trees_done, trees);
}

void TrainProgress::draw_bar(std::size_t trees_done, std::size_t trees) const {
    const std::chrono::duration<double> taken = clock_.steady_now() - step_start_;
    const double rate = static_cast<double>(trees_done) / std::max(taken.count(), 1e-3);
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
