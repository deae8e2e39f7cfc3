// SPDX-License-Identifier: Apache-2.0
#include "judging/evaluator.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <map>
#include <memory>
#include <random>
#include <set>
#include <string>
#include <vector>

#include "arrival/arrival_json.h"
#include "base/random.h"
#include "flight/prediction_json.h"
#include "judging/evaluation_json.h"

namespace flightcast::judging {
namespace {

using base::Uuid;
using base::WallTime;
using eventlog::NewRecord;
using eventlog::Record;
using std::chrono::minutes;

const flight::TopicSet kNames{
    .request = "q", .response = "p", .dead_letter = "d", .arrival = "a", .evaluation = "e"
};

WallTime at(int minute) {
    constexpr std::chrono::seconds kApril2008(1'207'008'000);
    return WallTime(kApril2008) + minutes(minute);
}

// The three topics, and a reader of each that may be anywhere.
struct Topics {
    std::map<std::string, std::vector<Record>> partitions;  // "p0" .. "p7", "a", "e"
    std::map<std::string, std::size_t> read;
    std::size_t appended = 0;

    void append(const std::string& partition, std::string value) {
        auto& records = partitions[partition];
        records.push_back(
            {.at = {partition.substr(0, 1), eventlog::PartitionId(0)},
             .offset = eventlog::Offset(static_cast<std::int64_t>(records.size())),
             .appended = eventlog::RecordTime(std::chrono::seconds(1'207'008'000)) +
                         std::chrono::days(2) + std::chrono::milliseconds(++appended),
             .key = {},
             .value = std::move(value),
             .headers = {}}
        );
    }

    // Hands a few records of some partition on; false when there are none anywhere.
    bool hand_on(Evaluator& evaluator, std::mt19937& random) {
        std::vector<std::string> behind;
        for (const auto& [name, records] : partitions) {
            if (read[name] < records.size()) behind.push_back(name);
        }
        if (behind.empty()) return false;
        const std::string& name = behind[random() % behind.size()];
        const std::size_t left = partitions[name].size() - read[name];
        const std::size_t count = std::min<std::size_t>(left, 1 + random() % 8);
        const auto begin = partitions[name].begin() + static_cast<std::ptrdiff_t>(read[name]);
        evaluator.consume({begin, begin + static_cast<std::ptrdiff_t>(count)});
        read[name] += count;
        return true;
    }

    void publish(Evaluator& evaluator, std::size_t records_max) {
        for (NewRecord& record : evaluator.take_due(records_max)) append("e", *record.value);
    }

    // What the evaluation topic says in the end: the first record of the highest revision counts.
    [[nodiscard]] std::map<std::string, Evaluation> result() const {
        std::map<std::string, Evaluation> last;
        const auto found = partitions.find("e");
        if (found == partitions.end()) return last;
        for (const Record& record : found->second) {
            const Evaluation evaluation = decode_evaluation(*record.value).value();
            const auto [place, is_new] = last.try_emplace(evaluation.id.to_string(), evaluation);
            if (is_new) {
                EXPECT_EQ(evaluation.revision, 1);
                continue;
            }
            EXPECT_LE(evaluation.revision, place->second.revision + 1) << "a revision was left out";
            if (evaluation.revision > place->second.revision) place->second = evaluation;
        }
        return last;
    }
};

EvaluatorOptions options() {
    return {.topics = kNames, .zone = {}, .horizon = std::chrono::hours(10), .sources = {"s1"}};
}

flight::Prediction prediction_of(const Uuid& id, const std::string& number, int crs, int minute) {
    flight::Prediction prediction;
    flight::Request& request = prediction.request;
    request.id = id;
    request.flight_date = "2008-04-01";
    request.carrier = "AA";
    request.origin = "ATL";
    request.dest = "SFO";
    if (!number.empty()) request.flight_num = number;
    if (crs >= 0) request.crs_dep_time = crs;
    request.requested_at = at(minute);
    prediction.predicted = 2;
    prediction.probabilities = flight::Probabilities{0.125, 0.25, 0.5, 0.125};
    prediction.model = "m@1";
    return prediction;
}

std::string text_of(const flight::Prediction& prediction) {
    return flight::encode_prediction(prediction, flight::ResponseFields::all, {});
}

arrival::Arrival arrival_of(const std::string& number, double delay, int reported) {
    return {
        .flight_date = flight::CalendarDate{2008, 4, 1},
        .carrier = "AA",
        .origin = "ATL",
        .dest = "SFO",
        .flight_num = number,
        .arr_delay = delay,
        .arrived_at = at(reported),
        .reported_at = at(reported)
    };
}

struct EvaluatorTest : testing::Test {
    std::mt19937 random{1};  // NOLINT(bugprone-random-generator-seed): repeatable
    base::SeededRandom ids{1};
    Topics topics;
    Evaluator evaluator{options()};

    Uuid ask(const std::string& number, int crs = -1, int minute = 0) {
        const Uuid id = Uuid::random(ids);
        topics.append("p0", text_of(prediction_of(id, number, crs, minute)));
        return id;
    }
    void report(const arrival::Arrival& arrival) {
        topics.append("a", arrival::encode_arrival(arrival));
    }
    void settle() {
        while (true) {
            while (topics.hand_on(evaluator, random)) {
            }
            const std::size_t before = topics.partitions["e"].size();
            topics.publish(evaluator, 100);
            if (topics.partitions["e"].size() == before) return;
        }
    }
    std::string verdict(const Uuid& id) {
        settle();
        const auto result = topics.result();
        const auto found = result.find(id.to_string());
        if (found == result.end()) return "none";
        const Evaluation& evaluation = found->second;
        std::string text(kVerdictNames[static_cast<std::size_t>(evaluation.verdict)]);
        if (evaluation.verdict == Verdict::judged) text += std::to_string(evaluation.observed);
        return text + " r" + std::to_string(evaluation.revision);
    }
};

// Goal: a landing judges its flight, whichever record comes first; the record says all figures, and
// a correction which state it replaces.
TEST_F(EvaluatorTest, JudgesAndCorrects) {
    const Uuid id = ask("12", 1030);
    arrival::Arrival early = arrival_of("012", 41, 300);
    early.source = "s1";
    report(early);
    EXPECT_EQ(verdict(id), "judged3 r1");
    EXPECT_EQ(
        *topics.partitions["e"].at(0).value,
        R"({"UUID":")" + id.to_string() +
            R"(","Model":"m@1","Revision":1,"Verdict":"judged","FlightDate":"2008-04-01",)"
            R"("Carrier":"AA","Origin":"ATL","Dest":"SFO","FlightNum":"12","CRSDepTime":1030,)"
            R"("RequestedAt":"2008-04-01T00:00:00.000000Z","Prediction":2.0,)"
            R"("Probabilities":[0.125,0.25,0.5,0.125],"Observed":3,"ArrDelay":41.0,)"
            R"("Probability":0.125,"LogLoss":2.0794415416798357,"Brier":1.09375,)"
            R"("ArrivedAt":"2008-04-01T05:00:00.000000Z",)"
            R"("ReportedAt":"2008-04-01T05:00:00.000000Z","LabelDelay":18000.0,"Source":"s1"})"
    );
    arrival::Arrival corrected = early;
    corrected.arr_delay = 3;
    corrected.reported_at = at(310);
    report(corrected);
    EXPECT_EQ(verdict(id), "judged2 r2");
    EXPECT_TRUE(topics.partitions["e"].at(1).value->ends_with(
        R"("Replaces":{"Revision":1,"Verdict":"judged","Observed":3}})"
    ));
    report(corrected);
    report(early);
    EXPECT_EQ(verdict(id), "judged2 r2") << "repetitions change nothing";
    arrival::Arrival cancelled = corrected;
    cancelled.arr_delay.reset();
    cancelled.arrived_at.reset();
    cancelled.cancelled = true;
    cancelled.reported_at = at(320);
    report(cancelled);
    EXPECT_EQ(verdict(id), "cancelled r3");
    EXPECT_EQ(evaluator.counts().judged, 1);
    EXPECT_EQ(evaluator.counts().waiting, 0);
}

// Goal: times decide, not clocks: a report after the horizon and a request after the landing judge
// nothing; all predictions of a flight are judged; a departure judges none.
TEST_F(EvaluatorTest, GoesByTheTimesOfRecords) {
    report(arrival_of("7", 10, 300));
    const Uuid first = ask("7", -1, 0);
    const Uuid second = ask("7", -1, 200);
    const Uuid after = ask("7", -1, 301);
    EXPECT_EQ(verdict(first), "judged2 r1");
    EXPECT_EQ(verdict(second), "judged2 r1");
    EXPECT_EQ(verdict(after), "none");
    const Uuid other = ask("8", -1, 0);
    report(arrival_of("8", 10, 601));
    EXPECT_EQ(verdict(other), "none");
    arrival::Arrival departure = arrival_of("9", 0, 30);
    departure.arr_delay.reset();
    departure.arrived_at.reset();
    departure.dep_delay = 5;
    const Uuid departed = ask("9");
    report(departure);
    EXPECT_EQ(verdict(departed), "none");
    EXPECT_EQ(evaluator.counts().waiting, 3);
    EXPECT_EQ(evaluator.counts().unmatched, 0);
    report(arrival_of("10", 0, 30));
    settle();
    EXPECT_EQ(evaluator.counts().unmatched, 1);
}

// Goal: flights of one number are told apart by CRSDepTime, or not at all.
TEST_F(EvaluatorTest, TellsFlightsOfOneNumberApart) {
    const Uuid morning = ask("1", 600);
    report(arrival_of("1", 40, 300));
    EXPECT_EQ(verdict(morning), "judged3 r1") << "only one flight can be meant";
    const Uuid evening = ask("1", 1800);
    EXPECT_EQ(verdict(evening), "ambiguous r1");
    EXPECT_EQ(verdict(morning), "ambiguous r2");
    arrival::Arrival exact = arrival_of("1", -20, 400);
    exact.crs_dep_time = 1800;
    report(exact);
    EXPECT_EQ(verdict(evening), "judged0 r2");
    EXPECT_EQ(verdict(morning), "ambiguous r2");
}

// Goal: a report by UUID reaches a prediction without a flight number; one of a client ranks below
// all sources, whenever it came.
TEST_F(EvaluatorTest, TakesReportsById) {
    const Uuid id = ask("");
    arrival::Arrival client{.arr_delay = 50, .reported_at = at(500), .source = "client", .id = id};
    report(arrival_of("5", 0, 300));
    EXPECT_EQ(verdict(id), "none");
    report(client);
    EXPECT_EQ(verdict(id), "judged3 r1");
    const Uuid numbered = ask("6");
    client.id = numbered;
    report(client);
    EXPECT_EQ(verdict(numbered), "judged3 r1");
    report(arrival_of("6", 1, 300));
    EXPECT_EQ(verdict(numbered), "judged2 r2") << "an older report of a source beats a client's";
    arrival::Arrival ranked = arrival_of("6", -30, 250);
    ranked.source = "s1";
    report(ranked);
    EXPECT_EQ(verdict(numbered), "judged0 r3");
}

// Goal: what was taken and perhaps not published is published again, under the same revision.
TEST_F(EvaluatorTest, StartsOver) {
    const Uuid id = ask("3");
    report(arrival_of("3", 1, 300));
    while (topics.hand_on(evaluator, random)) {
    }
    EXPECT_EQ(evaluator.take_due(10).size(), 1) << "and it is lost";
    EXPECT_TRUE(evaluator.take_due(10).empty());
    evaluator.start_over();
    EXPECT_EQ(verdict(id), "judged2 r1");
    evaluator.start_over();
    EXPECT_TRUE(evaluator.take_due(10).empty());
}

// Goal: memory is bounded; the oldest flights are forgotten, and those that might have been judged
// are counted.
TEST_F(EvaluatorTest, ForgetsTheOldest) {
    EvaluatorOptions small = options();
    small.bytes_max = 20'000;
    Evaluator forgetful(small);
    for (int i = 0; i < 100; ++i) ask(std::to_string(i + 1));
    while (topics.hand_on(forgetful, random)) {
    }
    const EvaluatorCounts counts = forgetful.counts();
    EXPECT_LE(counts.bytes, small.bytes_max);
    EXPECT_GT(counts.waiting, 10);
    EXPECT_EQ(counts.forgotten + counts.waiting, 100);
    const Uuid last = ask("777");
    report(arrival_of("777", 1, 300));
    while (topics.hand_on(forgetful, random)) {
    }
    EXPECT_EQ(forgetful.take_due(10).size(), 1) << last.to_string();
}

// One schedule of random flights, for the property test.
struct Schedule {
    struct Told {
        arrival::Arrival arrival;
        std::string key;  // flight or id
    };
    std::vector<flight::Prediction> predictions;
    std::vector<Told> reports;  // in the order of the log
};

Schedule random_schedule(std::mt19937& random, base::Random& ids) {
    Schedule schedule;
    const auto pick = [&](const auto&... options) {
        const std::vector list{options...};
        return list[random() % list.size()];
    };
    for (int i = 0; i < 14; ++i) {
        schedule.predictions.push_back(prediction_of(
            Uuid::random(ids),
            pick(std::string("1"), std::string("2"), std::string("3"), std::string("")),
            pick(-1, 600, 600, 1800),
            static_cast<int>(random() % 400)
        ));
    }
    for (int i = 0; i < 24; ++i) {
        if (!schedule.reports.empty() && random() % 4 == 0) {
            schedule.reports.push_back(schedule.reports[random() % schedule.reports.size()]);
            continue;
        }
        arrival::Arrival arrival = arrival_of(
            pick(std::string("1"), std::string("2"), std::string("3")),
            pick(-20.0, -1.0, 5.0, 45.0),
            static_cast<int>(random() % 1'000)
        );
        if (random() % 3 == 0) arrival.crs_dep_time = pick(600, 1800);
        if (random() % 3 == 0) arrival.arrived_at.reset();
        arrival.source = pick(std::string(""), std::string("s1"), std::string("x"));
        const auto event = random() % 8;
        if (event < 2) arrival.arr_delay.reset();
        if (event == 0) arrival.cancelled = true;
        if (event == 1) arrival.diverted = true;
        if (random() % 4 == 0) {
            arrival.id = schedule.predictions[random() % schedule.predictions.size()].request.id;
            if (random() % 2 == 0) arrival.source = "client";
        }
        const std::string key =
            arrival.id ? arrival.id->to_string() : *arrival::flight_key(arrival);
        schedule.reports.push_back({arrival, key});
    }
    return schedule;
}

// The offline join, written as plainly as possible: what became of each prediction.
// NOLINTNEXTLINE(readability-function-size): one plain text, to be read beside docs/arrivals.md
std::string expected_of(const Schedule& schedule, const flight::Prediction& prediction) {
    const flight::Request& request = prediction.request;
    std::set<int> asked, told;
    std::string key;
    if (request.flight_num) {
        key = "2008-04-01/AA/" + *request.flight_num + "/ATL/SFO";
        for (const flight::Prediction& other : schedule.predictions) {
            if (other.request.flight_num != request.flight_num) continue;
            if (other.request.crs_dep_time) asked.insert(*other.request.crs_dep_time);
        }
        for (const Schedule::Told& report : schedule.reports) {
            if (report.key == key && report.arrival.crs_dep_time) {
                told.insert(*report.arrival.crs_dep_time);
            }
        }
    }
    struct Said {
        arrival::Arrival what;
        WallTime first, last;
    };
    // By key and source: its statements in the order of the log, repetitions of the latest joined.
    std::map<std::pair<std::string, std::string>, std::vector<Said>> said;
    for (const Schedule::Told& report : schedule.reports) {
        if (report.key != key && report.key != request.id.to_string()) continue;
        auto& list = said[{report.key, report.arrival.source}];
        const WallTime when = *report.arrival.reported_at;
        auto latest = list.end();
        for (auto it = list.begin(); it != list.end(); ++it) {
            if (latest == list.end() || it->last >= latest->last) latest = it;
        }
        arrival::Arrival plain = report.arrival;
        plain.reported_at.reset();
        plain.flight_num.reset();  // By id, whatever flight it names.
        if (latest != list.end() && latest->what == plain) {
            latest->last = std::max(latest->last, when);
            latest->first = std::min(latest->first, when);
        } else {
            list.push_back({plain, when, when});
        }
    }
    const Said* best = nullptr;
    bool is_ambiguous = false;
    const auto rank = [](const std::string& source) {
        return source == "s1" ? 0 : source == "client" ? 2 : 1;
    };
    for (const auto& [from, list] : said) {
        for (const Said& one : list) {
            const WallTime arrived = one.what.arrived_at.value_or(one.first);
            if (one.first > *request.requested_at + std::chrono::hours(10)) continue;
            if (*request.requested_at > arrived) continue;
            if (from.first == key) {
                const auto& crs = one.what.crs_dep_time;
                const bool both = crs && request.crs_dep_time;
                if (both && *crs != *request.crs_dep_time) continue;
                if (!both && (crs ? told.size() : asked.size()) > 1) {
                    is_ambiguous = true;
                    continue;
                }
            }
            const auto order = [&](const Said& a) {
                return std::pair(-rank(a.what.source), a.last);
            };
            if (best == nullptr || order(one) > order(*best)) best = &one;
        }
    }
    if (best == nullptr) return is_ambiguous ? "ambiguous" : "none";
    if (best->what.cancelled) return "cancelled";
    if (best->what.diverted) return "diverted";
    return "judged " + std::to_string(flight::class_of_delay(*best->what.arr_delay)) + " " +
           std::to_string(static_cast<int>(*best->what.arr_delay));
}

std::string told_of(const std::map<std::string, Evaluation>& result, const Uuid& id) {
    const auto found = result.find(id.to_string());
    if (found == result.end()) return "none";
    const Evaluation& evaluation = found->second;
    if (evaluation.verdict == Verdict::withdrawn) return "none";
    std::string text(kVerdictNames[static_cast<std::size_t>(evaluation.verdict)]);
    if (evaluation.verdict != Verdict::judged) return text;
    return text + " " + std::to_string(evaluation.observed) + " " +
           std::to_string(static_cast<int>(evaluation.arr_delay));
}

// Equal ranks and times are decided by the place in the log, which the join above does not have; of
// more reports of one flight than are kept, it has all.
bool has_ties(const Schedule& schedule) {
    std::map<WallTime, arrival::Arrival> seen;
    std::map<std::string, std::size_t> counts;
    for (const Schedule::Told& report : schedule.reports) {
        if (++counts[report.key] > base::limits::kFlightReportsMax) return true;
    }
    for (const Schedule::Told& report : schedule.reports) {
        const auto [place, is_new] = seen.emplace(*report.arrival.reported_at, report.arrival);
        if (!is_new && place->second != report.arrival) return true;
    }
    return false;
}

// Goal: whatever the order in which records of one or eight partitions come, whatever is published
// twice or lost in a crash, in the end the evaluations are those of an offline join.
// NOLINTNEXTLINE(readability-function-size): one random walk over all that can happen
TEST(EvaluatorProperty, EqualsAnOfflineJoin) {
    int judged = 0;
    for (std::uint32_t seed = 1; seed <= 1'000; ++seed) {
        SCOPED_TRACE(seed);
        std::mt19937 random(seed);
        base::SeededRandom ids(seed);
        const Schedule schedule = random_schedule(random, ids);
        if (has_ties(schedule)) continue;
        Topics topics;
        const std::size_t partitions = seed % 2 == 0 ? 8 : 1;
        std::size_t next_report = 0;
        std::size_t next_prediction = 0;
        auto evaluator = std::make_unique<Evaluator>(options());
        while (true) {
            const bool has_left = next_report < schedule.reports.size() ||
                                  next_prediction < schedule.predictions.size();
            switch (random() % 8) {
                case 0:
                case 1:
                    if (next_report == schedule.reports.size()) break;
                    topics.append(
                        "a", arrival::encode_arrival(schedule.reports[next_report++].arrival)
                    );
                    break;
                case 2:
                case 3: {
                    if (next_prediction == schedule.predictions.size()) break;
                    const auto& prediction = schedule.predictions[next_prediction++];
                    const std::string partition =
                        "p" + std::to_string(prediction.request.id.bytes[0] % partitions);
                    topics.append(partition, text_of(prediction));
                    if (random() % 4 == 0) {  // A crash repeats it with another answer.
                        flight::Prediction again = prediction;
                        again.predicted = 0;
                        topics.append(partition, text_of(again));
                    }
                    break;
                }
                case 4:
                    topics.publish(*evaluator, 1 + random() % 3);
                    break;
                case 5:
                    if (random() % 4 != 0) break;
                    static_cast<void>(evaluator->take_due(2));  // Lost.
                    if (random() % 2 == 0) {
                        evaluator->start_over();
                    } else {
                        evaluator = std::make_unique<Evaluator>(options());
                        topics.read.clear();
                        while (topics.hand_on(*evaluator, random)) {
                        }
                    }
                    break;
                default:
                    topics.hand_on(*evaluator, random);
            }
            if (!has_left && random() % 16 == 0) break;
        }
        evaluator->start_over();
        while (true) {
            while (topics.hand_on(*evaluator, random)) {
            }
            const std::size_t before = topics.appended;
            topics.publish(*evaluator, 100);
            if (topics.appended == before) break;
        }
        const auto result = topics.result();
        for (const flight::Prediction& prediction : schedule.predictions) {
            const std::string expected = expected_of(schedule, prediction);
            ASSERT_EQ(told_of(result, prediction.request.id), expected);
            judged += expected.starts_with("judged") ? 1 : 0;
        }
        for (const auto& [id, evaluation] : result) EXPECT_EQ(evaluation.predicted, 2) << id;
    }
    EXPECT_GT(judged, 1'000);
}

}  // namespace
}  // namespace flightcast::judging
