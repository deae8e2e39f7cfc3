// SPDX-License-Identifier: Apache-2.0
#include "replay/player.h"

#include <utility>
#include <vector>

#include "text/json_text.h"
#include "text/number_text.h"

namespace flightcast::replay {
namespace {

// The answers beside the truth.
class Scoreboard {
  public:
    Scoreboard(const FlightList& list, std::optional<dataset::Day> from)
        : list_(list), from_(from) {}

    void count(const Step& step, const std::vector<Answer>& answers) {
        counts_.flights += step.requests.size();
        counts_.failed += step.requests.size() - answers.size();
        counts_.reports += step.arrivals.size() + step.departures.size();
        for (const PlannedReport& report : step.arrivals) {
            if (list_.flights[report.flight].fate == Fate::landed) ++counts_.arrivals;
        }
        std::vector<std::string> lines;
        for (const Answer& answer : answers) judge(answer, lines);
        digest_.add(std::move(lines));
    }

    [[nodiscard]] const Counts& counts() const { return counts_; }

    Played finish() {
        Played played{.counts = counts_, .metrics = std::nullopt, .digest = digest_.finish()};
        if (!judged_.empty()) played.metrics = evaluate::measure(judged_);
        return played;
    }

  private:
    void judge(const Answer& answer, std::vector<std::string>& lines) {
        const Flight& flight = list_.flights[answer.flight];
        if (flight.fate != Fate::landed || (from_ && flight.day < *from_)) return;
        ++counts_.judged;
        judged_.push_back({.probabilities = answer.probabilities, .arr_delay = flight.arr_delay});
        lines.push_back(judged_line(list_, answer));
    }

    const FlightList& list_;
    const std::optional<dataset::Day> from_;
    Counts counts_;
    Digest digest_;
    std::vector<evaluate::Judged> judged_;
};

// Tells the position of the steps that are done, once they are durable.
class Notes {
  public:
    explicit Notes(const PlayParts& parts) : parts_(parts) {}

    base::Result<void> add(const std::vector<Answer>& answers) {
        waiting_.push_back(answers);
        return parts_.target.is_settled() ? write() : base::Result<void>{};
    }

    // Also at an end in good order: the log is flushed when it is closed.
    base::Result<void> write() {
        for (const std::vector<Answer>& answers : std::exchange(waiting_, {})) {
            FC_TRY_VOID(parts_.position.add(answers));
        }
        return {};
    }

  private:
    const PlayParts& parts_;
    std::vector<std::vector<Answer>> waiting_;
};

// When the events of a minute are due.
class Pace {
  public:
    Pace(const base::Clock& clock, std::optional<double> speed) : clock_(clock), speed_(speed) {}

    // Nothing when they are due at once.
    std::optional<base::SteadyTime> due(std::chrono::sys_seconds minute) {
        if (!speed_) return std::nullopt;
        if (!has_begun_) {
            has_begun_ = true;
            first_minute_ = minute;
            begin_ = clock_.steady_now();
        }
        const std::chrono::duration<double> gone = minute - first_minute_;
        return begin_ + std::chrono::duration_cast<std::chrono::microseconds>(gone / *speed_);
    }

  private:
    const base::Clock& clock_;
    const std::optional<double> speed_;
    bool has_begun_ = false;
    std::chrono::sys_seconds first_minute_{};
    base::SteadyTime begin_{};  // when it was due
};

std::unexpected<base::Error> interrupted(Notes& notes) {
    const base::Result<void> written = notes.write();
    if (!written) return std::unexpected(written.error());
    return base::fail(base::Errc::closed, "interrupted; the same command goes on where it was");
}

void append_figure(std::string& json, const char* name, std::optional<double> figure) {
    json += ",\"" + std::string(name) + "\":";
    if (!figure) {
        json += "null";
        return;
    }
    text::append_python_float(json, *figure);
}

}  // namespace

base::Result<Played> play(const PlayParts& parts, const PlayOptions& options) {
    const base::SteadyTime start = parts.clock.steady_now();
    const FlightList& list = parts.list;
    Planner planner(list, options.plan);
    Scoreboard board(list, options.judge_from);
    Pace pace(parts.clock, options.speed);
    Notes notes(parts);
    const std::size_t done = parts.position.steps_done();
    std::size_t left = 0;  // flights that have left
    for (std::size_t number = 0; const auto step = planner.next(); ++number) {
        left += step->requests.size();
        if (number < done) {
            board.count(*step, parts.position.answers(number));
            continue;
        }
        if (options.stop.stop_requested()) return interrupted(notes);
        const auto due = pace.due(step->minute);
        if (due && !parts.wait_until(*due)) return interrupted(notes);
        FC_TRY(const std::vector<Answer> answers, parts.target.play(number, *step));
        FC_TRY_VOID(notes.add(answers));
        board.count(*step, answers);
        if (!options.on_progress) continue;
        const double share = static_cast<double>(left) / static_cast<double>(list.flights.size());
        options.on_progress({.minute = step->minute, .counts = board.counts(), .share = share});
    }
    Played played = board.finish();
    played.seconds = parts.clock.steady_now() - start;
    return played;
}

std::string played_json(const Played& played) {
    const auto figure = [&](double evaluate::Metrics::* member) -> std::optional<double> {
        if (!played.metrics) return std::nullopt;
        return *played.metrics.*member;
    };
    const Counts& counts = played.counts;
    std::string json = "{\"flights\":" + std::to_string(counts.flights) +
                       ",\"reports\":" + std::to_string(counts.reports) +
                       ",\"arrivals\":" + std::to_string(counts.arrivals) +
                       ",\"judged\":" + std::to_string(counts.judged);
    append_figure(json, "accuracy", figure(&evaluate::Metrics::accuracy));
    append_figure(json, "log_loss", figure(&evaluate::Metrics::log_loss));
    append_figure(json, "macro_f1", figure(&evaluate::Metrics::macro_f1));
    const auto recall = [&]() -> std::optional<double> {
        if (!played.metrics) return std::nullopt;
        return played.metrics->recall[0];
    }();
    append_figure(json, "recall_class_0", recall);
    append_figure(json, "calibration_error", figure(&evaluate::Metrics::calibration_error));
    append_figure(json, "seconds", played.seconds.count());
    return json + ",\"digest\":\"" + played.digest + "\"}";
}

}  // namespace flightcast::replay
