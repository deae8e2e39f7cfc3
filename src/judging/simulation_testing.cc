// SPDX-License-Identifier: Apache-2.0
#include "judging/simulation_testing.h"

#include <array>
#include <map>
#include <memory>
#include <random>
#include <utility>
#include <vector>

#include "arrival/arrival_json.h"
#include "base/random.h"
#include "base/temporary_folder.h"
#include "figures/tally.h"
#include "judging/evaluation_json.h"
#include "judging/offline_join_testing.h"
#include "judging/topics_testing.h"
#include "performance/performance.h"

namespace flightcast::judging {
namespace {

// An evaluator and how far it has read.
struct Member {
    explicit Member(const EvaluatorOptions& options)
        : evaluator(std::make_unique<Evaluator>(options)) {}

    std::unique_ptr<Evaluator> evaluator;
    TestReader reader{};
};

class Simulation {
  public:
    explicit Simulation(std::uint64_t seed)
        : random_(static_cast<std::mt19937::result_type>(seed)),
          ids_(seed),
          schedule_(random_schedule(random_, ids_)),
          partitions_(seed % 2 == 0 ? 8 : 1),
          is_cramped_(seed % 4 == 0) {
        const int members = seed % 3 == 0 ? 2 : 1;
        for (int i = 0; i < members; ++i) members_.emplace_back(fresh_member());
    }

    Played play() {
        if (has_ties(schedule_)) return {.fault = {}, .is_left_out = true};
        while (has_left() || random_() % 16 != 0) step();
        settle();
        check();
        for (const Member& member : members_) {
            if (!member.evaluator->counts().file_trouble.empty()) {
                played_.fault = member.evaluator->counts().file_trouble;
            }
            played_.in_file += member.evaluator->counts().in_file;
        }
        return std::move(played_);
    }

  private:
    [[nodiscard]] bool has_left() const {
        return next_report_ < schedule_.reports.size() ||
               next_prediction_ < schedule_.predictions.size();
    }

    Member fresh_member() {
        if (!is_cramped_) return Member(test_options());
        if (!folder_) folder_.emplace();
        return Member(cramped_options(folder_->path() / std::to_string(++files_)));
    }

    Member& any_member() { return members_[random_() % members_.size()]; }

    void step() {
        Member& member = any_member();
        switch (random_() % 8) {
            case 0:
            case 1:
                return report();
            case 2:
            case 3:
                return predict();
            case 4:
                return topics_.publish(*member.evaluator, 1 + random_() % 3);
            case 5:
                if (random_() % 4 == 0) have_accident(member);
                return;
            default:
                static_cast<void>(member.reader.hand_on(topics_, *member.evaluator, random_));
        }
    }

    void report() {
        if (next_report_ == schedule_.reports.size()) return;
        topics_.append("a", arrival::encode_arrival(schedule_.reports[next_report_++].arrival));
    }

    void predict() {
        if (next_prediction_ == schedule_.predictions.size()) return;
        const flight::Prediction& prediction = schedule_.predictions[next_prediction_++];
        const std::string partition =
            "p" + std::to_string(prediction.request.id.bytes[0] % partitions_);
        topics_.append(partition, text_of(prediction));
        if (random_() % 4 != 0) return;
        flight::Prediction again = prediction;  // A crash repeats it with another answer.
        again.predicted = 0;
        topics_.append(partition, text_of(again));
    }

    // What was to be published is lost, and perhaps its evaluator with it.
    void have_accident(Member& member) {
        if (!member.evaluator->take_due(2).empty()) ++played_.lost;
        if (random_() % 2 == 0) return member.evaluator->start_over();
        ++played_.kills;
        member = fresh_member();
        // As the stage does: nothing is published before all is read that was there.
        read_all(member);
    }

    void read_all(Member& member) {
        while (member.reader.hand_on(topics_, *member.evaluator, random_)) {
        }
    }

    // One member is left, and publishes until there is nothing more to say.
    void settle() {
        Member& last = members_.front();
        last.evaluator->start_over();
        while (true) {
            read_all(last);
            const std::size_t before = topics_.appended;
            topics_.publish(*last.evaluator, 100);
            if (topics_.appended == before) return;
        }
    }

    void check() {
        std::string fault;
        const auto result = topics_.result(fault);
        if (!fault.empty() && members_.size() == 1) played_.fault = fault;
        figures::Tally tally;
        std::array<std::int64_t, kVerdictNames.size()> verdicts{};
        for (const flight::Prediction& prediction : schedule_.predictions) {
            const auto found = result.find(prediction.request.id.to_string());
            const Evaluation* const told = found == result.end() ? nullptr : &found->second;
            compare(prediction, told);
            if (told == nullptr) continue;
            ++verdicts[static_cast<std::size_t>(told->verdict)];
            if (told->verdict != Verdict::judged) continue;
            tally.add(
                {.predicted = static_cast<std::size_t>(prediction.predicted),
                 .observed = told->observed,
                 .probabilities = prediction.probabilities}
            );
        }
        compare_fold(tally, verdicts);
    }

    void compare(const flight::Prediction& prediction, const Evaluation* told) {
        const std::string expected = expected_of(schedule_, prediction);
        const std::string was = told_of(told);
        played_.judged += expected.starts_with("judged") ? 1 : 0;
        played_.ended += !expected.starts_with("judged") && expected != "none" ? 1 : 0;
        if (was != expected) {
            played_.fault = prediction.request.id.to_string() + " is " + was + ", not " + expected;
        } else if (
            told != nullptr && told->predicted != static_cast<std::size_t>(prediction.predicted)
        ) {
            played_.fault = prediction.request.id.to_string() + " is not of the first answer";
        }
    }

    void compare_fold(
        const figures::Tally& tally, const std::array<std::int64_t, kVerdictNames.size()>& verdicts
    ) {
        using namespace performance;
        Performance folded;
        for (int reading = 1; reading <= 2; ++reading) {
            for (const eventlog::Record& record : topics_.partitions["e"]) {
                folded.add(decode_evaluation(*record.value).value());
            }
            const Report report = folded.ask(Window::month, Split::model, test_time(2'000));
            const bool is_same = report.total.verdicts == verdicts &&
                                 report.total.tally.figures() == tally.figures();
            if (!is_same) {
                played_.fault = "reading " + std::to_string(reading) + " of the topic counts " +
                                std::to_string(report.total.tally.figures().rows) + " flights of " +
                                std::to_string(tally.figures().rows) + " or other figures";
            }
        }
    }

    std::mt19937 random_;
    base::SeededRandom ids_;
    const Schedule schedule_;
    const std::size_t partitions_;
    const bool is_cramped_;  // memory has room for a few flights only
    std::optional<base::TemporaryFolder> folder_;
    int files_ = 0;
    std::vector<Member> members_;
    TestTopics topics_;
    std::size_t next_report_ = 0;
    std::size_t next_prediction_ = 0;
    Played played_;
};

}  // namespace

Played play_schedule(std::uint64_t seed) {
    return Simulation(seed).play();
}

}  // namespace flightcast::judging
