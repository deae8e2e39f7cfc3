// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <deque>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <unordered_map>
#include <unordered_set>
#include <vector>

#include "arrival/arrival.h"
#include "arrival/flight_reports.h"
#include "base/limits.h"
#include "eventlog/record.h"
#include "flight/calendar/time_zone.h"
#include "flight/topics/topic_set.h"
#include "judging/evaluation.h"
#include "judging/waiting_file.h"

namespace flightcast::judging {

struct EvaluatorOptions {
    flight::TopicSet topics;
    flight::TimeZone zone;  // of the responses
    std::chrono::microseconds horizon = base::limits::kArrivalHorizon;
    std::vector<std::string> sources;  // the best ranked first
    std::size_t bytes_max = base::limits::kEvaluatorBytesMax;
    // Makes the file for what memory has no room for, once; none: that is forgotten.
    std::function<base::Result<std::unique_ptr<WaitingFile>>()> open_file{};
    bool forgets = true;  // else all of it is held, as by one that reads a log to its end
};

// How much an evaluator holds, and what it could not do.
struct EvaluatorCounts {
    std::size_t waiting = 0;     // predictions without an evaluation
    std::size_t judged = 0;      // with one
    std::size_t unmatched = 0;   // flights that ended, and of which no prediction is known
    std::size_t forgotten = 0;   // predictions that left before their horizon, for lack of room
    std::size_t in_file = 0;     // predictions of both kinds, for which memory has no room
    std::size_t bytes = 0;       // in memory, about
    std::string file_trouble{};  // why the file cannot be used; empty: it can, or is not needed

    bool operator==(const EvaluatorCounts&) const = default;
};

// Joins responses and arrivals to evaluations. What is known is a fold of three topics, in whatever
// order their records come: the responses, of which the first of a request counts; the arrivals,
// whose order in their one partition is the truth; and the evaluations themselves, so that nothing
// is published that is there already. A prediction whose evaluation is not what it should be is
// due, and take_due() makes the next revision.
//
// A report judges a prediction
// - by the UUID that it names, else by the flight; of flights with the same number on one day by
//   CRSDepTime, and where that cannot tell, the verdict is `ambiguous`;
// - if it was reported within the horizon after the request, and the flight had not arrived yet
//   when it was requested: by the times of the two records, never by a clock;
// - if it is the one that counts of its flight (arrival/flight_reports.h). Reports of clients rank
//   below all sources.
//
// What no record of the last horizon needs is forgotten, the oldest flight first. When more than
// `bytes_max` is held, the flights that were not touched for the longest time go into a file, and
// come back when a record is about them; where no file can be made they are forgotten.
//
// Thread-safety: one thread at a time.
class Evaluator {
  public:
    explicit Evaluator(EvaluatorOptions options);

    // Takes records of the three topics. Those that are not valid are passed over.
    void consume(const std::vector<eventlog::Record>& records);

    // The evaluations that are due, `records_max` at most; they count as published from now on.
    [[nodiscard]] std::vector<eventlog::NewRecord> take_due(std::size_t records_max);

    // Whether any is due.
    [[nodiscard]] bool has_due() const { return !due_.empty(); }

    // What was taken may not have been published: all that has not been read from the topic is due
    // again. The same revision may then stand there twice.
    void start_over();

    [[nodiscard]] EvaluatorCounts counts() const;

  private:
    // The state of a prediction's evaluation.
    struct Stand {
        std::int32_t revision = 0;  // 0: none yet
        Verdict verdict = Verdict::withdrawn;
        std::uint8_t observed = 0;
        std::uint16_t source = 0;
        float arr_delay = 0;
        base::WallTime arrived_at;
        base::WallTime reported_at;

        [[nodiscard]] bool says_the_same(const Stand& other) const;
    };
    static constexpr float kUnknownDelay = -1e9F;
    struct Known {
        std::uint32_t flight = 0;  // the number of its group
        std::uint16_t model = 0;
        std::int16_t crs = -1;
        std::uint8_t predicted = 0;
        float dep_delay = kUnknownDelay;  // minutes
        bool has_probabilities = false;
        flight::Probabilities probabilities{};
        base::WallTime requested_at;
        Stand seen;  // on the topic
        Stand sent;  // as published; the same or later
    };
    struct Group {
        std::string key;
        std::optional<std::string> date, carrier, origin, dest, number;  // of its predictions
        arrival::FlightReports reports;
        std::vector<base::Uuid> predictions;
        eventlog::RecordTime touched;
        bool is_flight = true;      // else a single prediction
        bool is_unmatched = false;  // ended, and no prediction is known
    };

    void take_response(const eventlog::Record& record);
    void take_arrival(const eventlog::Record& record);
    void take_evaluation(const eventlog::Record& record);
    Known* add_prediction(
        const base::Uuid& id, const flight::Request& request, eventlog::RecordTime appended
    );
    // The group of the reports that name the prediction by its id; the first brings it back from
    // the file, too.
    [[nodiscard]] std::optional<std::uint32_t> reports_by_id(const base::Uuid& id);
    [[nodiscard]] std::optional<std::uint32_t> known_reports_by_id(const base::Uuid& id) const;
    Group& group_of(const std::string& key, eventlog::RecordTime appended);
    void check(const base::Uuid& id, const Known& known);
    // Of a prediction that was not known before, by a response or an evaluation: one with another
    // scheduled departure changes what is ambiguous for all of its flight.
    void check_new(const base::Uuid& id, const Known& known);
    void check_all(const Group& group);
    [[nodiscard]] Stand stand_of(const base::Uuid& id, const Known& known) const;
    [[nodiscard]] Evaluation evaluation_of(
        const base::Uuid& id, const Known& known, const Stand& stand
    ) const;
    [[nodiscard]] bool is_in_time(const arrival::Report& report, const Known& known) const;
    [[nodiscard]] int rank_of(std::uint16_t source) const;
    std::uint16_t number_of_source(const std::string& name);
    std::uint16_t number_of_model(const std::string& name);
    void note_sent(Known& known, const Stand& stand);
    void set_unmatched(Group& group, bool is_unmatched);
    void forget();
    void forget_oldest();
    [[nodiscard]] std::size_t bytes() const;
    [[nodiscard]] static std::size_t bytes_of(const Group& group);

    // evaluator_file.cc: flights that wait in the file.
    using Predictions = std::unordered_map<base::Uuid, Known>;
    // The prediction, brought back from the file if it is there.
    [[nodiscard]] Predictions::iterator find_prediction(const base::Uuid& id);
    void bring_back(const std::string& key);
    void restore(const PutAway& flight);
    void make_room();
    [[nodiscard]] bool may_be_put_away(const Group& group) const;
    void add_put_away(std::uint32_t number, std::vector<PutAway>& flights) const;
    [[nodiscard]] bool put_away(const std::vector<PutAway>& flights);
    void drop(std::uint32_t number);
    void remove_old_of_file(eventlog::RecordTime oldest);
    void lose_file(const base::Error& error);

    const EvaluatorOptions options_;
    std::vector<std::string> sources_;  // by number; the ranked ones first, then the clients'
    std::vector<std::string> models_;
    Predictions predictions_;
    std::unordered_map<std::uint32_t, Group> groups_;
    std::unordered_map<std::string, std::uint32_t> numbers_;  // of groups, by key
    std::deque<std::uint32_t> order_;                         // of groups, the oldest first
    std::uint32_t next_group_ = 0;
    std::unordered_set<base::Uuid> due_;
    eventlog::RecordTime newest_append_{};
    base::WallTime newest_report_{};
    bool has_reports_by_id_ = false;  // whether any came so far
    std::size_t report_count_ = 0;
    std::size_t judged_ = 0;
    std::size_t unmatched_ = 0;
    std::size_t forgotten_ = 0;
    Evaluation last_read_;               // its strings are used again
    std::unique_ptr<WaitingFile> file_;  // once there was no room in memory
    std::string file_trouble_;
    eventlog::RecordTime file_cleared_{};
};

}  // namespace flightcast::judging
