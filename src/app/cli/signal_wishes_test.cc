// SPDX-License-Identifier: Apache-2.0
#include "app/cli/signal_wishes.h"

#include <gtest/gtest.h>

#include <string>
#include <utility>
#include <vector>

namespace flightcast::app::cli {
namespace {

using namespace std::chrono_literals;

constexpr SignalStart kInTerminal{.had_terminal = true, .can_reload = true};
constexpr SignalStart kSupervised{.can_reload = true};

// What `signals`, each so long after the one before, ask for.
std::vector<Wish> wishes(
    SignalStart start, const std::vector<std::pair<std::chrono::milliseconds, int>>& signals
) {
    base::ManualClock clock;
    SignalWishes taken(start);
    std::vector<Wish> result;
    for (const auto& [after, number] : signals) {
        clock.advance(after);
        result.push_back(taken.take({.number = number, .has_terminal = true}, clock.steady_now()));
    }
    return result;
}

// Goal: stop signals within a moment are one wish, whichever they are; a later one asks for the end
// at once.
TEST(SignalWishes, CountsWishesNotSignals) {
    using enum Wish;
    const auto one_moment = SignalWishes::kOneWish - 1ms;
    EXPECT_EQ(wishes(kSupervised, {{0ms, SIGTERM}, {5ms, SIGTERM}}), (std::vector{stop, repeated}));
    EXPECT_EQ(wishes(kSupervised, {{0ms, SIGINT}, {1ms, SIGTERM}}), (std::vector{stop, repeated}));
    EXPECT_EQ(
        wishes(kSupervised, {{0ms, SIGINT}, {one_moment, SIGINT}, {1ms, SIGINT}}),
        (std::vector{stop, repeated, stop_now})
    );
}

// Goal: SIGHUP reloads what can be reloaded; signals without a meaning change nothing for those
// that have one.
TEST(SignalWishes, LeavesMeaninglessSignalsAlone) {
    using enum Wish;
    EXPECT_EQ(
        wishes(kSupervised, {{0ms, SIGUSR1}, {0ms, SIGHUP}, {0ms, SIGUSR2}, {0ms, SIGTERM}}),
        (std::vector{nothing, reload, nothing, stop})
    );
    EXPECT_EQ(wishes({}, {{0ms, SIGHUP}}), std::vector{stop});
    EXPECT_EQ(wishes({.ignored_hangup = true}, {{0ms, SIGHUP}}), std::vector{nothing});
}

// Goal: SIGHUP ends a foreground server when its terminal is gone, from the kernel or its shell,
// and only then; under nohup never.
TEST(SignalWishes, EndsWithItsTerminal) {
    struct Case {
        const char* what;
        SignalStart start;
        ArrivedSignal signal;
        Wish wish;
    };
    const ArrivedSignal hung_up{.number = SIGHUP, .is_from_kernel = true};
    const ArrivedSignal by_shell{.number = SIGHUP, .is_from_session_leader = true};
    const ArrivedSignal by_hand{.number = SIGHUP};
    const ArrivedSignal terminal_lives{
        .number = SIGHUP, .is_from_session_leader = true, .has_terminal = true
    };
    SignalStart nohup = kInTerminal;
    nohup.ignored_hangup = true;
    const std::vector<Case> cases = {
        {"the kernel, terminal gone", kInTerminal, hung_up, Wish::stop},
        {"the shell passes it on", kInTerminal, by_shell, Wish::stop},
        {"kill -HUP, terminal gone long ago", kInTerminal, by_hand, Wish::reload},
        {"kill -HUP in a shell that lives", kInTerminal, terminal_lives, Wish::reload},
        {"never had a terminal", kSupervised, hung_up, Wish::reload},
        {"nohup", nohup, hung_up, Wish::nothing},
        {"nohup, kill -HUP", nohup, by_hand, Wish::reload},
    };
    for (const Case& c : cases) {
        EXPECT_EQ(SignalWishes(c.start).take(c.signal, base::SteadyTime()), c.wish) << c.what;
    }
}

// Goal: a signal is called by its name where it has one.
TEST(SignalWishes, NamesSignals) {
    EXPECT_EQ(signal_name(SIGUSR1), "SIGUSR1");
    EXPECT_EQ(signal_name(SIGRTMIN), "signal " + std::to_string(SIGRTMIN));
}

}  // namespace
}  // namespace flightcast::app::cli
