// SPDX-License-Identifier: Apache-2.0
//
// The scorer as it runs, with the original system's model as deployed, on what the original job
// answered to well- and ill-formed values of the request topic.
#include <gtest/gtest.h>

#include <memory>
#include <span>
#include <string>

#include "base/clock.h"
#include "features/predictor.h"
#include "flight/golden_messages_testing.h"
#include "flight/golden_testing.h"
#include "scoring/scorer.h"

namespace flightcast::scoring {
namespace {

using flight::GoldenMessage;
using flight::kGoldenZones;

constexpr const char* kResponses = "flight-delay-ml-response";
constexpr const char* kDeadLetters = "flight-delay-ml-dead-letter";

eventlog::Record record_of(const GoldenMessage& message) {
    return {
        .at = {"flight-delay-ml-request", eventlog::PartitionId(0)},
        .offset = eventlog::Offset(0),
        .appended = {},
        .key = {},  // the original gateway sends none
        .value = message.value,
        .headers = {}
    };
}

std::string header(const eventlog::NewRecord& record, const std::string& name) {
    for (const eventlog::Header& candidate : record.headers) {
        if (candidate.name == name) return candidate.value;
    }
    return {};
}

class GoldenScorer : public ::testing::Test {
  protected:
    void SetUp() override {
        auto loaded = features::Predictor::load(
            FLIGHTCAST_SOURCE_DIR "/src/features/testdata/seed-as-deployed"
        );
        ASSERT_TRUE(loaded) << loaded.error().detail;
        predictor_ = std::make_unique<features::Predictor>(*std::move(loaded));
    }

    Scorer make_scorer(const char* zone_name) const {
        const auto zone = flight::TimeZone::find(zone_name);
        EXPECT_TRUE(zone) << zone_name;
        return Scorer(
            fixed_model(
                {.id = std::string(predictor_->model_id()),
                 .answer = [this](
                               std::span<const flight::Request> requests
                           ) { return predictor_->answer(requests, features::Explain::no); }}
            ),
            clock_,
            {.topics = {.request = {}, .response = kResponses, .dead_letter = kDeadLetters},
             .fields = flight::ResponseFields::original,
             .zone = *zone}
        );
    }

    // Checks one message; true when it was answered, false when it became a dead letter.
    static bool check(const Scorer& scorer, const GoldenMessage& message, std::size_t zone) {
        const auto outputs = scorer.process({record_of(message)});
        EXPECT_EQ(outputs.size(), 1U);
        if (outputs.size() != 1) return false;
        const bool answered = outputs[0].topic == kResponses;
        EXPECT_TRUE(answered || outputs[0].topic == kDeadLetters) << outputs[0].topic;
        const std::string ours =
            answered ? outputs[0].value.value_or("") : header(outputs[0], "cause");
        EXPECT_TRUE(flight::is_golden_answer(message, zone, ours))
            << message.note << " in " << kGoldenZones[zone] << "\n  original "
            << message.answers[zone] << "\n  ours     " << ours;
        return answered;
    }

    base::ManualClock clock_;
    std::unique_ptr<features::Predictor> predictor_;
};

TEST_F(GoldenScorer, AnswersByteForByteOrSaysTheCause) {
    // Goal: what describes a flight gets the original's bytes, its prediction included, in all
    // three time zones; the rest becomes a dead letter with its cause; nothing else differs than
    // listed.
    const auto files = flight::golden_files(
        FLIGHTCAST_SOURCE_DIR, "spark353_messages.jsonl", "golden_spark353_messages.jsonl.gz"
    );
    for (const auto& file : files) {
        const auto messages = flight::golden_messages(file);
        EXPECT_GE(messages.size(), file.extension() == ".gz" ? 243U : 48U) << file;
        for (std::size_t zone = 0; zone < std::size(kGoldenZones); ++zone) {
            const Scorer scorer = make_scorer(kGoldenZones[zone]);
            std::size_t answered = 0;
            for (const GoldenMessage& message : messages) {
                answered += check(scorer, message, zone) ? 1 : 0;
            }
            EXPECT_GT(answered, messages.size() / 2) << file;
        }
    }
}

}  // namespace
}  // namespace flightcast::scoring
