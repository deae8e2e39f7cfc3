// SPDX-License-Identifier: Apache-2.0
#include "app/predict/predict_progress.h"

#include <unistd.h>

#include <algorithm>
#include <chrono>
#include <cstdio>

namespace flightcast::app::predict {
namespace {

constexpr std::chrono::milliseconds kDrawEvery(200);
constexpr std::chrono::seconds kLineEvery(10);

}  // namespace

PredictProgress::PredictProgress(const base::Clock& clock)
    : clock_(clock),
      on_terminal_(::isatty(STDERR_FILENO) == 1),
      start_(clock.steady_now()),
      next_(start_ + (on_terminal_ ? std::chrono::microseconds(0) : kLineEvery)) {}

void PredictProgress::scored(std::size_t rows) {
    rows_ = rows;
    const base::SteadyTime now = clock_.steady_now();
    if (now < next_) return;
    next_ = now + (on_terminal_ ? std::chrono::microseconds(kDrawEvery) : kLineEvery);
    draw(now);
}

void PredictProgress::draw(base::SteadyTime now) {
    const std::chrono::duration<double> taken = now - start_;
    const double rate = static_cast<double>(rows_) / std::max(taken.count(), 1e-3);
    const char* const form =
        on_terminal_ ? "\r%zu rows, %.0f rows/s\033[K" : "%zu rows, %.0f rows/s\n";
    std::fprintf(stderr, form, rows_, rate);
    drawn_ = on_terminal_;
}

void PredictProgress::say(const char* line) {
    std::fprintf(stderr, "%s%s\n", drawn_ ? "\r\033[K" : "", line);
}

void PredictProgress::finish() {
    if (drawn_) std::fputs("\r\033[K", stderr);
    drawn_ = false;
}

}  // namespace flightcast::app::predict
