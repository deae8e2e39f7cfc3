// SPDX-License-Identifier: Apache-2.0
//
// The records and bundles that earlier versions wrote, read and made again by this one.
#include <gtest/gtest.h>

#include <algorithm>
#include <fstream>
#include <iterator>
#include <map>
#include <memory>
#include <optional>
#include <regex>
#include <span>
#include <string>

#include "base/clock.h"
#include "eventlog/local/local_log.h"
#include "eventlog/memory/memory_storage.h"
#include "features/predictor.h"
#include "flight/failure_json.h"
#include "flight/intake.h"
#include "flight/prediction_json.h"
#include "flight/request_json.h"
#include "flight/route_table.h"
#include "flight/topics/topic_set.h"
#include "scoring/archiver.h"
#include "scoring/scorer.h"
#include "store/memory/memory_store.h"
#include "written.h"

namespace flightcast::compatibility {
namespace {

using eventlog::NewRecord;
using eventlog::Record;

const std::string& topic_of(const std::vector<Record>& records) {
    return records.front().at.topic;
}

// All of it, for comparing and for people.
std::string text_of(const NewRecord& record) {
    std::string text = record.topic + " " + record.key.value_or("(no key)") + "\n";
    for (const eventlog::Header& header : record.headers) {
        text += header.name + ": " + header.value + "\n";
    }
    return text + record.value.value_or("(no value)");
}

// As it was appended.
NewRecord new_record(const Record& record) {
    return {
        .topic = record.at.topic,
        .key = record.key,
        .value = record.value,
        .headers = record.headers
    };
}

// The topics of one version; a test repeats its checks for each.
class Written : public ::testing::TestWithParam<Run> {
  protected:
    static const std::string& requests() { return topic_of(GetParam().requests); }
    static const std::string& responses() { return topic_of(GetParam().responses); }
    static const std::string& dead_letters() { return topic_of(GetParam().dead_letters); }

    static flight::TopicSet topics() {
        return {.request = requests(), .response = responses(), .dead_letter = dead_letters()};
    }

    // The answer of this version's scorer to a request at `now`.
    NewRecord outcome_of(const Record& request, base::WallTime now) {
        if (predictor_ == nullptr) {
            auto loaded = features::Predictor::load(GetParam().model);
            EXPECT_TRUE(loaded) << loaded.error().detail;
            predictor_ = std::make_unique<features::Predictor>(*std::move(loaded));
        }
        const bool original = GetParam().original_fields;
        const auto explain = original ? features::Explain::no : features::Explain::yes;
        clock_.set_wall(now);
        const scoring::Scorer scorer(
            scoring::fixed_model(
                {.id = std::string(predictor_->model_id()),
                 .answer = [this, explain](
                               std::span<const flight::Request> requests
                           ) { return predictor_->answer(requests, explain); }}
            ),
            clock_,
            {.topics = topics(),
             .fields = original ? flight::ResponseFields::original : flight::ResponseFields::all,
             .zone = {}}
        );
        auto outputs = scorer.process({request});
        EXPECT_EQ(outputs.size(), 1U);
        return std::move(outputs.front());
    }

    // When the recorded outcome was made; what does not say it was made at the Unix epoch.
    static base::WallTime made_at(const Record& outcome) {
        if (outcome.at.topic == dead_letters()) {
            return flight::decode_failure(*outcome.value).value().failed_at;
        }
        const auto prediction = flight::decode_prediction(*outcome.value, {}).value();
        return prediction.scored_at.value_or(base::WallTime{});
    }

    // The request that a dead letter names.
    static Record request_of(const Record& dead_letter) {
        const auto failure = flight::decode_failure(*dead_letter.value).value();
        for (const Record& request : GetParam().requests) {
            if (request.at.partition.value() == failure.partition &&
                request.offset.value() == failure.offset) {
                return request;
            }
        }
        ADD_FAILURE() << "no request of " << *dead_letter.value;
        return dead_letter;
    }

    static void append_old_records(eventlog::local::LocalLog& log) {
        for (const std::string& topic : {requests(), responses(), dead_letters()}) {
            ASSERT_TRUE(log.admin().create_topic({.name = topic}));
        }
        const auto writer = log.open_writer().value();
        for (const auto* records :
             {&GetParam().requests, &GetParam().responses, &GetParam().dead_letters}) {
            for (const Record& record : *records) {
                ASSERT_TRUE(writer->append({new_record(record)}, [](const auto& done) {
                    EXPECT_TRUE(done);
                }));
            }
        }
        EXPECT_TRUE(log.step());
    }

    static std::vector<Record> poll(
        eventlog::local::LocalLog& log, const char* group, const std::vector<std::string>& topics
    ) {
        const auto reader =
            log.join_group({.group = group, .topics = topics, .instance_id = "a"}).value();
        static_cast<void>(log.step());
        std::vector<Record> all;
        while (true) {
            const auto records = reader->poll(5);
            EXPECT_TRUE(records) << records.error().detail;
            if (!records || records->empty()) return all;
            all.insert(all.end(), records->begin(), records->end());
        }
    }

    base::ManualClock clock_;

  private:
    std::unique_ptr<features::Predictor> predictor_;
};

// A response without the fields that versions after 160a132 add behind its prediction.
std::string without_later_fields(const std::string& text) {
    static const std::regex later(R"re(,"(FlightNum|CRSDepTime|RequestedAt)":("[^"]*"|[0-9]+))re");
    const auto prediction = text.find("\"Prediction\":");
    if (prediction == std::string::npos) return text;
    return text.substr(0, prediction) + std::regex_replace(text.substr(prediction), later, "");
}

// Goal: the same requests, scored now by the bundle of then, give the same responses: keys, headers
// and values, byte for byte, but for the fields that came later; a request that came twice was
// answered twice.
TEST_P(Written, RequestsAreAnsweredWithTheSameBytes) {
    std::map<base::Uuid, std::vector<const Record*>> requests_of;
    for (const Record& request : GetParam().requests) {
        const auto asked = flight::decode_request(*request.value, {});
        if (asked) requests_of[asked->id].push_back(&request);
    }
    EXPECT_GE(GetParam().responses.size(), 10U);
    std::map<base::Uuid, std::size_t> answered;
    for (const Record& response : GetParam().responses) {
        const auto id = flight::uuid_of_outcome(*response.value).value();
        const Record& request = *requests_of.at(id).at(answered[id]++);
        const std::string made = text_of(outcome_of(request, made_at(response)));
        EXPECT_EQ(without_later_fields(made), text_of(new_record(response)));
        const bool is_whole = made.contains("\"Model\":");  // Not --response-fields original.
        EXPECT_EQ(made != without_later_fields(made), is_whole);
    }
}

// Goal: a record that could not be scored then is set aside now with the same bytes; one without a
// key has one now, the place of the record, for topics that take no record without.
TEST_P(Written, DeadLettersHaveTheSameBytes) {
    EXPECT_GE(GetParam().dead_letters.size(), 3U);
    for (const Record& dead_letter : GetParam().dead_letters) {
        NewRecord made = outcome_of(request_of(dead_letter), made_at(dead_letter));
        EXPECT_TRUE(made.key);
        if (!dead_letter.key) made.key.reset();
        EXPECT_EQ(text_of(made), text_of(new_record(dead_letter)));
    }
}

// Goal: every outcome that an earlier version wrote is read whole: written again it is the same.
TEST_P(Written, OutcomesAreReadWhole) {
    const auto fields =
        GetParam().original_fields ? flight::ResponseFields::original : flight::ResponseFields::all;
    for (const Record& response : GetParam().responses) {
        const auto read = flight::decode_prediction(*response.value, {});
        ASSERT_TRUE(read) << read.error().detail;
        EXPECT_EQ(flight::encode_prediction(*read, fields, {}), *response.value);
    }
    for (const Record& dead_letter : GetParam().dead_letters) {
        const auto read = flight::decode_failure(*dead_letter.value);
        ASSERT_TRUE(read) << read.error().detail;
        EXPECT_EQ(flight::encode_failure(*read), *dead_letter.value);
    }
}

// Goal: the same form, sent at the same moment under the same id, is the same request record.
TEST_P(Written, FormsBecomeTheSameRequests) {
    std::ifstream file(FLIGHTCAST_SOURCE_DIR "/data/origin_dest_distances.jsonl");
    const std::string lines{std::istreambuf_iterator<char>(file), {}};
    const auto routes = flight::RouteTable::parse(lines);
    ASSERT_TRUE(routes) << routes.error().detail;
    std::size_t compared = 0;
    for (const SentForm& form : forms_of(FLIGHTCAST_SOURCE_DIR, GetParam())) {
        for (const Record& record : GetParam().requests) {
            if (record.key != form.id) continue;
            const auto read = flight::decode_request(*record.value, {});
            ASSERT_TRUE(read) << read.error().message;
            auto made = flight::make_request(form.fields, *routes, read->timestamp.value());
            ASSERT_TRUE(made) << made.error().message;
            made->id = read->id;
            EXPECT_EQ(flight::encode_request(*made), *record.value);
            ++compared;
        }
    }
    EXPECT_GE(compared, 7U);
}

// Goal: old records on a log of this version are polled as they were, keys and headers too, and
// what the archiver stores of them is each request's first outcome.
TEST_P(Written, RecordsAreReadFromALogOfThisVersion) {
    eventlog::memory::MemoryStorage storage;
    const auto log = eventlog::local::LocalLog::open(storage, clock_).value();
    ASSERT_NO_FATAL_FAILURE(append_old_records(*log));
    const std::vector<Record> polled = poll(*log, "scorer", {requests()});
    ASSERT_EQ(polled.size(), GetParam().requests.size());
    for (std::size_t i = 0; i < polled.size(); ++i) {
        EXPECT_EQ(text_of(new_record(polled[i])), text_of(new_record(GetParam().requests[i])));
    }
    const std::vector<Record> outcomes = poll(*log, "archiver", {responses(), dead_letters()});
    EXPECT_EQ(outcomes.size(), GetParam().responses.size() + GetParam().dead_letters.size());
    store::memory::MemoryStore store(clock_);
    scoring::Archiver archiver(store, topics(), clock_);
    ASSERT_TRUE(archiver.process(outcomes));
    for (const Record& response : GetParam().responses) {
        const auto id = flight::uuid_of_outcome(*response.value).value();
        const auto first = std::ranges::find(GetParam().responses, response.key, &Record::key);
        store.find(id, [&](base::Result<std::optional<store::StoredOutcome>> found) {
            ASSERT_TRUE(found && *found);
            EXPECT_EQ((*found)->outcome.json, *first->value);
        });
    }
}

std::string name_of(const ::testing::TestParamInfo<Run>& info) {
    std::string name = info.param.name;
    std::ranges::replace_if(name, [](char c) { return c == '/' || c == '-' || c == '.'; }, '_');
    return name;
}

INSTANTIATE_TEST_SUITE_P(
    Versions, Written, ::testing::ValuesIn(runs_of(FLIGHTCAST_SOURCE_DIR)), name_of
);

}  // namespace
}  // namespace flightcast::compatibility
