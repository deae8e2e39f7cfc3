// SPDX-License-Identifier: Apache-2.0
#include "app/replay/replay_progress.h"

#include <unistd.h>

#include <array>
#include <chrono>
#include <cstdio>

#include "dataset/row/day.h"

namespace flightcast::app::replay {
namespace {

using std::chrono::days;
using std::chrono::floor;
using std::chrono::minutes;
using namespace std::chrono_literals;

constexpr auto kBetweenDrawings = 200ms;
constexpr auto kBetweenLines = 5s;

// "2008-04-01 14:35"
std::string minute_text(std::chrono::sys_seconds time) {
    const auto day = floor<days>(time);
    const auto minute = floor<minutes>(time - day).count();
    std::array<char, 16> clock{};
    std::snprintf(
        clock.data(),
        clock.size(),
        " %02d:%02d",
        static_cast<int>(minute / 60),
        static_cast<int>(minute % 60)
    );
    return dataset::to_string(day) + clock.data();
}

}  // namespace

ReplayProgress::ReplayProgress(const base::Clock& clock)
    : clock_(clock),
      on_terminal_(::isatty(STDERR_FILENO) == 1),
      next_(clock.steady_now() + kBetweenDrawings),
      last_(clock.steady_now()) {}

bool ReplayProgress::is_due() {
    const base::SteadyTime now = clock_.steady_now();
    if (now < next_) return false;
    next_ = now + (on_terminal_ ? std::chrono::microseconds(kBetweenDrawings) : kBetweenLines);
    return true;
}

void ReplayProgress::read(std::size_t flights, double share) {
    if (!is_due()) return;
    std::array<char, 80> line{};
    std::snprintf(line.data(), line.size(), "reading: %3.0f %%, %zu flights", share * 100, flights);
    draw(line.data());
}

void ReplayProgress::played(const flightcast::replay::Progress& progress) {
    if (!is_due()) return;
    const base::SteadyTime now = clock_.steady_now();
    const std::chrono::duration<double> taken = now - last_;
    const double rate = static_cast<double>(progress.counts.flights - flights_) / taken.count();
    last_ = now;
    flights_ = progress.counts.flights;
    std::array<char, 160> line{};
    std::snprintf(
        line.data(),
        line.size(),
        "%s UTC: %3.0f %%, %zu flights asked about, %zu reports, %.0f flights/s",
        minute_text(progress.minute).c_str(),
        progress.share * 100,
        progress.counts.flights,
        progress.counts.reports,
        rate
    );
    draw(line.data());
}

void ReplayProgress::draw(const std::string& line) {
    if (on_terminal_) {
        std::fprintf(stderr, "\r\x1b[K%s", line.c_str());
        is_drawn_ = true;
    } else {
        std::fprintf(stderr, "%s\n", line.c_str());
    }
}

void ReplayProgress::say(const std::string& line) {
    finish();
    std::fprintf(stderr, "%s\n", line.c_str());
}

void ReplayProgress::finish() {
    if (is_drawn_) std::fprintf(stderr, "\r\x1b[K");
    is_drawn_ = false;
}

}  // namespace flightcast::app::replay
