// SPDX-License-Identifier: Apache-2.0
//
// A process reports by lines on a pipe: "S seed" before a schedule, then "F fault", "C count what",
// "T story", and "E accepted delivered" at its end.
#include "campaign.h"

#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <charconv>
#include <csignal>
#include <cstdio>
#include <cstdlib>
#include <functional>
#include <optional>
#include <utility>

#include "base/check.h"

namespace flightcast::simulation {
namespace {

std::string one_line(std::string text) {
    std::ranges::replace(text, '\n', ' ');
    return text;
}

void write_report(std::FILE* out, const Report& report) {
    for (const std::string& fault : report.faults) {
        std::fprintf(out, "F %s\n", one_line(fault).c_str());
    }
    for (const auto& [what, count] : report.seen) {
        std::fprintf(out, "C %zu %s\n", count, what.c_str());
    }
    for (const std::string& line : report.story) {
        std::fprintf(out, "T %s\n", one_line(line).c_str());
    }
    std::fprintf(out, "E %zu %zu\n", report.accepted, report.delivered);
    std::fflush(out);
}

// A process that runs `work`, whose lines can be read.
class Child {
  public:
    explicit Child(const std::function<void(std::FILE*)>& work) {
        int ends[2];
        FC_CHECK(::pipe(ends) == 0);
        std::fflush(nullptr);
        pid_ = ::fork();
        FC_CHECK(pid_ >= 0);
        if (pid_ == 0) {
            ::close(ends[0]);
            work(::fdopen(ends[1], "w"));
            std::_Exit(0);
        }
        ::close(ends[1]);
        in_ = ::fdopen(ends[0], "r");
    }
    ~Child() {
        if (in_ == nullptr) return;
        ::kill(pid_, SIGKILL);  // Nobody wants the rest.
        static_cast<void>(finish());
    }
    Child(const Child&) = delete;
    Child& operator=(const Child&) = delete;

    std::optional<std::string> line() {
        char* text = nullptr;
        std::size_t room = 0;
        const ssize_t size = ::getline(&text, &room, in_);
        std::optional<std::string> found;
        if (size > 0) found.emplace(text, static_cast<std::size_t>(size) - 1);
        std::free(text);
        return found;
    }

    // Whether it ended as it should.
    bool finish() {
        std::fclose(std::exchange(in_, nullptr));
        int status = 0;
        ::waitpid(pid_, &status, 0);
        return WIFEXITED(status) && WEXITSTATUS(status) == 0;
    }

  private:
    pid_t pid_ = 0;
    std::FILE* in_ = nullptr;
};

std::uint64_t number_in(std::string_view text) {
    std::uint64_t number = 0;
    std::from_chars(text.data(), text.data() + text.size(), number);
    return number;
}

// Reads one report; false at the end of the lines.
bool read_report(Child& child, Report& report) {
    while (const auto line = child.line()) {
        const std::string_view rest = std::string_view(*line).substr(2);
        switch (line->front()) {
            case 'F':
                report.faults.emplace_back(rest);
                break;
            case 'T':
                report.story.emplace_back(rest);
                break;
            case 'C':
                report.seen[std::string(rest.substr(rest.find(' ') + 1))] += number_in(rest);
                break;
            case 'E':
                report.accepted = number_in(rest);
                report.delivered = number_in(rest.substr(rest.find(' ') + 1));
                return true;
            default:
                break;
        }
    }
    return false;
}

// The schedules of one core: every `step`-th seed from `seed` on.
struct Share {
    std::uint64_t seed;
    std::uint64_t end;
    std::uint64_t step;
    std::unique_ptr<Child> child{};

    void begin(Shape shape) {
        child = std::make_unique<Child>([*this, shape](std::FILE* out) {
            for (std::uint64_t at = seed; at < end; at += step) {
                write_report(out, play(draw_schedule(at, shape)));
            }
        });
    }
    Share(std::uint64_t from, std::uint64_t to, std::uint64_t by) : seed(from), end(to), step(by) {}
    Share(const Share& other) : seed(other.seed), end(other.end), step(other.step) {}
    Share(Share&&) = default;
    Share& operator=(const Share&) = delete;
    ~Share() = default;
};

void add(Tally& tally, std::uint64_t seed, Report report) {
    ++tally.schedules;
    tally.accepted += report.accepted;
    tally.delivered += report.delivered;
    for (const auto& [what, count] : report.seen) tally.seen[what] += count;
    if (!report.faults.empty()) tally.failures.push_back({seed, std::move(report.faults)});
}

}  // namespace

Report play_apart(const Schedule& schedule, bool tells) {
    Child child([&](std::FILE* out) { write_report(out, play(schedule, tells)); });
    Report report;
    const bool is_whole = read_report(child, report);
    if (!child.finish() || !is_whole) report.faults.emplace_back("the process crashed");
    return report;
}

Tally run_campaign(const CampaignOptions& options) {
    Tally tally;
    std::vector<Share> shares;
    const std::uint64_t end = options.first_seed + options.schedules;
    for (std::uint64_t i = 0; i < options.jobs; ++i) {
        shares.emplace_back(options.first_seed + i, end, options.jobs);
        shares.back().begin(options.shape);
    }
    // One report from each in turn: their pipes hold what they are ahead.
    for (bool is_going_on = true; is_going_on;) {
        is_going_on = false;
        for (Share& share : shares) {
            if (share.seed >= share.end) continue;
            is_going_on = true;
            Report report;
            if (!read_report(*share.child, report)) {
                report.faults.emplace_back("the process crashed");
                share.child.reset();
            }
            const bool has_failed = !report.faults.empty();
            add(tally, std::exchange(share.seed, share.seed + share.step), std::move(report));
            if (has_failed && options.stops_at_failure) is_going_on = false;
            if (share.child == nullptr && share.seed < share.end) share.begin(options.shape);
        }
        if (options.stops_at_failure && !tally.failures.empty()) break;
    }
    std::ranges::sort(tally.failures, {}, &Failure::seed);
    return tally;
}

}  // namespace flightcast::simulation
