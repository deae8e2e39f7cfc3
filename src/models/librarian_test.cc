// SPDX-License-Identifier: Apache-2.0
#include "models/librarian.h"

#include <gtest/gtest.h>

#include <atomic>
#include <span>
#include <thread>

#include "base/clock.h"
#include "base/temporary_folder.h"
#include "eventlog/local/local_log.h"
#include "eventlog/memory/memory_storage.h"
#include "forest/bundle_testing.h"
#include "registry/proposal.h"

namespace flightcast::models {
namespace {

using base::Errc;
using base::Result;

constexpr const char* kPartsTopic = "flight-delay-ml-model-parts";

registry::BundleFiles files_of(const std::string& name) {
    forest::Bundle bundle = forest::make_small_bundle();
    bundle.name = name;
    const forest::BundleBytes bytes = forest::serialize(bundle);
    return {
        .bundle_json = bytes.bundle_json,
        .forest = std::string(
            reinterpret_cast<const char*>(bytes.forest_bin.data()), bytes.forest_bin.size()
        )
    };
}

std::string id_of(const std::string& name) {
    return name + "@" + forest::make_small_bundle().version;
}

struct LibrarianTest : testing::Test {
    base::SystemClock clock;
    telemetry::Metrics metrics;
    telemetry::Log lines{{.level = telemetry::LogLevel::error}, clock};
    eventlog::memory::MemoryStorage storage;
    std::unique_ptr<eventlog::local::LocalLog> log =
        eventlog::local::LocalLog::open(storage, clock).value();
    const flight::TopicSet topics{.request = "q", .response = "r", .dead_letter = "d"};

    void SetUp() override {
        for (const std::string& topic : {topics.models, topics.model_parts}) {
            ASSERT_TRUE(log->admin().create_topic({.name = topic}));
        }
    }
    std::unique_ptr<ActiveModel> bundled() {
        return ActiveModel::load({.explain = features::Explain::no}, metrics, lines.stage("model"))
            .value();
    }
    std::unique_ptr<Librarian> open(ActiveModel* active) {
        return Librarian::open({.log = *log,
                                .topics = topics,
                                .clock = clock,
                                .active = active,
                                .metrics = metrics,
                                .logger = lines.stage("models")})
            .value();
    }
    void upload(const registry::BundleFiles& files) {
        const auto writer = log->open_writer().value();
        const std::string packed = registry::pack(files);
        const registry::PackedAddress address = registry::address_of(packed);
        for (std::uint32_t i = 0; i < address.parts; ++i) {
            auto record = registry::part_record(
                kPartsTopic, address.digest, i, std::string(registry::part_of(packed, i))
            );
            ASSERT_TRUE(writer->append({std::move(record)}, [](const auto&) {}));
            log->step();
        }
    }
    // The answer to a change, while the log is stepped.
    Result<registry::Record> settled(const std::function<Result<void>(Librarian::Done)>& change) {
        struct Answer {
            std::atomic<bool> is_there = false;
            std::optional<Result<registry::Record>> value;
        };
        const auto answer = std::make_shared<Answer>();
        FC_TRY_VOID(change([answer](const Result<registry::Record>& result) {
            answer->value = result;
            answer->is_there = true;
        }));
        while (!answer->is_there) {
            log->step();
            std::this_thread::yield();
        }
        return *answer->value;
    }
    Result<registry::Record> add(Librarian& librarian, const registry::BundleFiles& files) {
        return settled([&](Librarian::Done done) {
            return librarian.add_version(
                {.address = registry::address_of(registry::pack(files)),
                 .author = "ann",
                 .reason = ""},
                std::move(done)
            );
        });
    }
    Result<registry::Record> promote(Librarian& librarian, std::optional<std::string> model) {
        return settled([&](Librarian::Done done) {
            return librarian.propose(
                {.author = "ann",
                 .reason = "",
                 .event = [model](
                              const registry::Registry& now
                          ) { return registry::promotion(now, "champion", model); }},
                std::move(done)
            );
        });
    }
    // Until the process uses the model.
    static void wait_for(const ActiveModel& active, const std::string& model) {
        while (active.snapshot()->id != model) std::this_thread::yield();
    }
};

// Goal: a version that was added and promoted answers in every process that follows, a later one
// begins with it, and a rollback leads back to the model inside the program.
TEST_F(LibrarianTest, AllProcessesFollowTheChampion) {
    const auto here = bundled();
    const auto there = bundled();
    const std::string inside = here->snapshot()->id;
    const auto a = open(here.get());
    const auto b = open(there.get());
    upload(files_of("march"));
    ASSERT_TRUE(add(*a, files_of("march")));
    EXPECT_EQ(add(*a, files_of("march")).error().code, Errc::already_exists);
    EXPECT_EQ(here->snapshot()->id, inside);
    ASSERT_TRUE(promote(*b, id_of("march")));
    wait_for(*here, id_of("march"));
    wait_for(*there, id_of("march"));
    EXPECT_NE(here->card().find(id_of("march")), std::string::npos);
    const auto late = bundled();
    const auto c = open(late.get());
    EXPECT_EQ(late->snapshot()->id, id_of("march"));
    EXPECT_EQ(c->registry()->model_of("champion"), id_of("march"));
    ASSERT_TRUE(promote(*c, std::nullopt));
    wait_for(*here, inside);
    wait_for(*late, inside);
}

// Goal: a champion that gives no usable answers is rolled back by a record with the reason, once.
TEST_F(LibrarianTest, ABrokenChampionIsRolledBack) {
    const auto active = bundled();
    const std::string inside = active->snapshot()->id;
    const auto librarian = open(active.get());
    upload(files_of("march"));
    ASSERT_TRUE(add(*librarian, files_of("march")));
    ASSERT_TRUE(promote(*librarian, id_of("march")));
    wait_for(*active, id_of("march"));
    const auto champion = active->snapshot();
    ASSERT_NE(champion->fallback, nullptr);
    EXPECT_EQ(champion->fallback->id, inside);
    champion->on_fault("it failed: no trees");
    champion->on_fault("it failed: no trees");
    while (active->snapshot()->id != inside) {
        log->step();
        std::this_thread::yield();
    }
    const auto registry = librarian->registry();
    const registry::Entry& last = registry->history().back();
    EXPECT_EQ(last.record.reason, "it is broken: it failed: no trees");
    EXPECT_EQ(last.record.author, "scorer");
    EXPECT_EQ(registry->history().size(), 3U);
}

// Goal: parts that are missing, damaged or of no usable bundle add no version; a champion whose
// parts are gone leaves the model before in use, and is counted.
TEST_F(LibrarianTest, BadBundlesChangeNothing) {
    const auto active = bundled();
    const std::string inside = active->snapshot()->id;
    const auto librarian = open(active.get());
    EXPECT_EQ(add(*librarian, files_of("absent")).error().code, Errc::not_found);
    registry::BundleFiles foreign{.bundle_json = "{}", .forest = "x"};
    upload(foreign);
    EXPECT_FALSE(add(*librarian, foreign));
    registry::BundleFiles cut = files_of("cut");
    cut.forest.resize(cut.forest.size() / 2);
    upload(cut);
    EXPECT_EQ(add(*librarian, cut).error().code, Errc::corrupt);
    EXPECT_TRUE(librarian->registry()->versions().empty());
    // A version whose record is in the registry and whose parts never were.
    const auto added = settled([&](Librarian::Done done) {
        return librarian->propose(
            {.author = "ann",
             .reason = "",
             .event = [](const registry::Registry&) -> Result<registry::Event> {
                 return registry::VersionAdded{
                     .model = id_of("lost"),
                     .digest = std::string(64, 'c'),
                     .bytes = 10,
                     .parts = 1,
                     .parts_at = 0,
                     .card = "{}"
                 };
             }},
            std::move(done)
        );
    });
    ASSERT_TRUE(added);
    ASSERT_TRUE(promote(*librarian, id_of("lost")));
    const std::string refused = "flightcast_model_reloads_total{outcome=\"refused\"} 1";
    while (!metrics.text().contains(refused)) std::this_thread::yield();
    EXPECT_EQ(active->snapshot()->id, inside);
}

// Goal: a process with a model of its own keeps it, and says why.
TEST_F(LibrarianTest, APinnedProcessKeepsItsModel) {
    const base::TemporaryFolder folder;
    ASSERT_TRUE(forest::save_bundle(forest::make_small_bundle(), folder.path()));
    const auto pinned = ActiveModel::load(
                            {.folder = folder.path(), .explain = features::Explain::no},
                            metrics,
                            lines.stage("model")
    )
                            .value();
    const std::string own = pinned->snapshot()->id;
    const auto follower = bundled();
    const auto a = open(pinned.get());
    const auto b = open(follower.get());
    EXPECT_NE(a->pinned().find("without --model"), std::string::npos);
    EXPECT_EQ(b->pinned(), "");
    upload(files_of("march"));
    ASSERT_TRUE(add(*a, files_of("march")));
    ASSERT_TRUE(promote(*a, id_of("march")));
    wait_for(*follower, id_of("march"));
    EXPECT_EQ(pinned->snapshot()->id, own);
}

}  // namespace
}  // namespace flightcast::models
