// SPDX-License-Identifier: Apache-2.0
//
// './dev simulate': plays schedules, tells the story of one that fails, and shows which planted
// bugs are found.
#include <algorithm>
#include <cstdio>
#include <cstdlib>
#include <optional>
#include <string>
#include <string_view>
#include <thread>
#include <vector>

#include "base/planted_bug_testing.h"
#include "campaign.h"
#include "minimize.h"

namespace flightcast::simulation {
namespace {

constexpr std::string_view kUsage =
    "usage: simulate [--seed N] [--schedules N] [--shape embedded|kafka|all] [--minimize]\n"
    "                [--jobs N] [--bug NAME] [--planted]\n"
    "\n"
    "Plays schedules of the whole product and prints those that break a promise, with their seed.\n"
    "  --seed N        the first seed (1); with --schedules 1 its story is told\n"
    "  --schedules N   how many of each shape (1000)\n"
    "  --minimize      shortens the first failing schedule and tells its story\n"
    "  --jobs N        processes (as many as there are cores)\n"
    "  --bug NAME      plants a bug first\n"
    "  --planted       plants every bug, one at a time, and prints how many schedules found it\n";

struct Options {
    std::uint64_t seed = 1;
    std::size_t schedules = 1'000;
    std::vector<Shape> shapes = {Shape::embedded, Shape::kafka};
    std::size_t jobs = std::max(1U, std::thread::hardware_concurrency());
    bool minimizes = false;
    bool plants = false;
    base::PlantedBug bug = base::PlantedBug::none;
};

[[noreturn]] void refuse(std::string_view why) {
    std::fprintf(
        stderr, "simulate: %.*s\n%s", static_cast<int>(why.size()), why.data(), kUsage.data()
    );
    std::exit(2);
}

std::vector<Shape> shapes_of(std::string_view name) {
    if (name == "all") return {Shape::embedded, Shape::kafka};
    if (name == "embedded") return {Shape::embedded};
    if (name == "kafka") return {Shape::kafka};
    refuse("--shape takes embedded, kafka or all");
}

base::PlantedBug bug_of(std::string_view name) {
    for (const base::PlantedBugRow& row : base::kPlantedBugs) {
        if (row.name == name) return row.bug;
    }
    refuse("--bug takes a name that --planted prints");
}

std::uint64_t number_of(const char* text) {
    char* end = nullptr;
    const std::uint64_t number = std::strtoull(text, &end, 10);
    if (end == text || *end != '\0') refuse("a number is needed: " + std::string(text));
    return number;
}

Options options_of(const std::vector<std::string_view>& words) {
    Options options;
    for (std::size_t i = 0; i < words.size(); ++i) {
        const std::string_view word = words[i];
        const auto value = [&] {
            if (++i == words.size()) refuse(std::string(word) + " needs a value");
            return words[i].data();
        };
        if (word == "--seed") {
            options.seed = number_of(value());
        } else if (word == "--schedules") {
            options.schedules = number_of(value());
        } else if (word == "--shape") {
            options.shapes = shapes_of(value());
        } else if (word == "--jobs") {
            options.jobs = std::max<std::uint64_t>(1, number_of(value()));
        } else if (word == "--bug") {
            options.bug = bug_of(value());
        } else if (word == "--minimize") {
            options.minimizes = true;
        } else if (word == "--planted") {
            options.plants = true;
        } else {
            refuse("unknown: " + std::string(word));
        }
    }
    return options;
}

void print_story(const Schedule& schedule) {
    const Report report = play_apart(schedule, true);
    std::printf(
        "\nSeed %lu, %s: %zu gateways, %zu scorers, %zu clients%s%s%s, %zu events\n",
        schedule.seed,
        name_of(schedule.shape).data(),
        schedule.gateways,
        schedule.scorers,
        schedule.clients,
        schedule.exactly_once ? ", exactly once" : "",
        schedule.small_cache ? ", a small cache" : "",
        schedule.has_distant_store ? ", a store that is a server" : "",
        schedule.events.size()
    );
    for (const std::string& line : report.story) std::printf("%s\n", line.c_str());
    for (const std::string& fault : report.faults) std::printf("FAULT: %s\n", fault.c_str());
}

void print_coverage(const Tally& tally, Shape shape) {
    std::printf("\nWhat took place, %s:\n", name_of(shape).data());
    for (std::size_t i = 0; i < kEventKinds; ++i) {
        const auto kind = static_cast<EventKind>(i);
        if (!occurs_in(kind, shape)) continue;
        const auto seen = tally.seen.find(std::string(name_of(kind)));
        const std::size_t count = seen == tally.seen.end() ? 0 : seen->second;
        std::printf("  %10zu  %s%s\n", count, name_of(kind).data(), count == 0 ? "  NEVER" : "");
    }
    for (const auto& [what, count] : tally.seen) {
        if (what.starts_with("= ")) std::printf("  %10zu  %s\n", count, what.c_str());
    }
}

bool simulate_shape(const Options& options, Shape shape) {
    const Tally tally = run_campaign(
        {.shape = shape,
         .first_seed = options.seed,
         .schedules = options.schedules,
         .jobs = options.jobs}
    );
    print_coverage(tally, shape);
    std::printf(
        "%s: %zu schedules from seed %lu, %zu requests accepted, %zu deliveries, %zu failed\n",
        name_of(shape).data(),
        tally.schedules,
        options.seed,
        tally.accepted,
        tally.delivered,
        tally.failures.size()
    );
    constexpr std::size_t kPrinted = 20;
    for (std::size_t i = 0; i < std::min(kPrinted, tally.failures.size()); ++i) {
        const Failure& failure = tally.failures[i];
        std::printf("  seed %lu: %s\n", failure.seed, failure.faults.front().c_str());
    }
    if (options.schedules == 1 && !options.minimizes) {
        print_story(draw_schedule(options.seed, shape));
    }
    if (!tally.failures.empty() && options.minimizes) {
        const auto fails = [](const Schedule& schedule) {
            return !play_apart(schedule).faults.empty();
        };
        print_story(minimize(draw_schedule(tally.failures.front().seed, shape), fails));
    }
    return tally.failures.empty();
}

// How many schedules it took, or nothing.
std::optional<std::size_t> schedules_to_find(const Options& options, Shape shape) {
    const Tally tally = run_campaign(
        {.shape = shape,
         .first_seed = options.seed,
         .schedules = options.schedules,
         .jobs = options.jobs,
         .stops_at_failure = true}
    );
    if (tally.failures.empty()) return std::nullopt;
    return tally.failures.front().seed - options.seed + 1;
}

bool find_planted(const Options& options) {
    bool all_found = true;
    std::printf("%-34s", "schedules until it was found");
    for (const Shape shape : options.shapes) std::printf("%10s", name_of(shape).data());
    std::printf("\n");
    for (const base::PlantedBugRow& row : base::kPlantedBugs) {
        if (row.bug == base::PlantedBug::none || base::is_of_membership(row.bug)) continue;
        if (base::is_of_judging(row.bug)) continue;
        if (base::is_of_registry(row.bug)) continue;
        if (base::is_of_fold(row.bug)) continue;
        const base::Planted planted(row.bug);
        std::printf("%-34s", row.name.data());
        bool is_found = false;
        for (const Shape shape : options.shapes) {
            const auto count = schedules_to_find(options, shape);
            std::printf("%10s", count ? std::to_string(*count).c_str() : "-");
            std::fflush(stdout);
            is_found |= count.has_value();
        }
        std::printf("  %s%s\n", row.mistake.data(), is_found ? "" : "  NOT FOUND");
        all_found &= is_found;
    }
    return all_found;
}

int run(const std::vector<std::string_view>& words) {
    const Options options = options_of(words);
    if (options.plants) return find_planted(options) ? 0 : 1;
    const base::Planted planted(options.bug);
    bool all_well = true;
    for (const Shape shape : options.shapes) all_well &= simulate_shape(options, shape);
    return all_well ? 0 : 1;
}

}  // namespace
}  // namespace flightcast::simulation

int main(int count, char** words) {
    return flightcast::simulation::run({words + 1, words + count});
}
