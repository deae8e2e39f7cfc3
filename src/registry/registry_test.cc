// SPDX-License-Identifier: Apache-2.0
#include "registry/registry.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <map>

#include "base/limits.h"
#include "base/random.h"
#include "registry/proposal.h"
#include "registry/record_json.h"
#include "registry/registry_json.h"

namespace flightcast::registry {
namespace {

using base::Errc;
using std::chrono::milliseconds;

std::string model(int number) {
    const std::string digits = std::to_string(number);
    return "forest@" + std::string(12 - digits.size(), '0') + digits;
}

VersionAdded version(int number) {
    return {
        .model = model(number),
        .digest = std::string(64, 'a'),
        .bytes = 1'000,
        .parts = 1,
        .parts_at = 7,
        .card = R"({"id":"x"})"
    };
}

RecordTime at(int second) {
    return RecordTime(std::chrono::seconds(1'700'000'000 + second));
}

// A registry and the records that made it.
struct Chain {
    Registry registry;
    base::SeededRandom random{1};
    int second = 0;

    Record next(Event event) {
        return {
            .id = base::Uuid::random(random),
            .follows = registry.head(),
            .at = at(second),
            .author = "ann",
            .reason = "because",
            .event = std::move(event)
        };
    }
    Fate add(Event event) { return registry.apply(next(std::move(event)), at(second++)); }
    Fate promote(const std::string& alias, std::optional<std::string> to) {
        return add(AliasSet{.alias = alias, .model = std::move(to), .way = Way::promote});
    }
    Fate roll_back(const std::string& alias) {
        const auto event = rollback(registry, alias);
        return event ? add(*event) : Fate::refused;
    }
};

// Goal: a record of each kind survives its text, whose members stand in a fixed order.
TEST(Registry, RecordsAreJsonObjects) {
    base::SeededRandom random(2);
    const Event events[] = {
        version(1),
        VersionRemoved{.model = model(1)},
        AliasSet{.alias = "champion", .model = model(1), .way = Way::promote},
        AliasSet{.alias = "champion", .model = {}, .way = Way::rollback},
        ExperimentStarted{
            .experiment = "e",
            .arms = {{.model = model(1), .weight = 0.25}, {.model = model(2)}},
            .auto_promote = true
        },
        ExperimentStopped{.experiment = "e"},
        ExperimentDecided{
            .experiment = "e",
            .model = model(1),
            .decision = Decision::harm,
            .numbers = {{"mean", 0.05}, {"blocks", 5.0}},
            .sets = AliasSet{.alias = "champion", .model = model(2), .way = Way::rollback}
        },
    };
    for (const Event& event : events) {
        const Record record{
            .id = base::Uuid::random(random),
            .follows = base::Uuid::random(random),
            .at = at(3),
            .author = "Ann \"A\"",
            .reason = "ü",
            .event = event
        };
        const std::string text = encode_record(record);
        const auto read = decode_record(text);
        ASSERT_TRUE(read) << text << read.error().detail;
        EXPECT_EQ(*read, record) << text;
    }
    const Record first{
        .id = *base::Uuid::parse("0910313b-6000-4f14-8550-dae624a4d138"),
        .follows = {},
        .at = at(0),
        .author = "ann",
        .reason = "",
        .event = events[2]
    };
    EXPECT_EQ(
        encode_record(first),
        R"({"Id":"0910313b-6000-4f14-8550-dae624a4d138","Follows":null,"Kind":"alias_set",)"
        R"("At":"2023-11-14T22:13:20.000000Z","Author":"ann","Reason":"","Alias":"champion",)"
        R"("Model":"forest@000000000001","Way":"promote"})"
    );
}

// Goal: a record that is damaged is refused with the name of its member; one of a later program's
// kind keeps its place in the chain.
TEST(Registry, DamagedRecordsAreNamed) {
    const std::pair<const char*, const char*> cases[] = {
        {"[]", "is not a JSON object"},
        {R"({"Id":"x"})", "'Id'"},
        {R"({"Id":"0910313b-6000-4f14-8550-dae624a4d138","Follows":"x"})", "'Follows'"},
        {R"({"Id":"0910313b-6000-4f14-8550-dae624a4d138","At":"yesterday"})", "'At'"},
        {R"({"Id":"0910313b-6000-4f14-8550-dae624a4d138","At":"2023-11-14T22:13:20Z",)"
         R"("Author":"","Reason":"","Kind":"alias_set","Alias":"a","Model":3,"Way":"promote"})",
         "'Model'"},
        {R"({"Id":"0910313b-6000-4f14-8550-dae624a4d138","At":"2023-11-14T22:13:20Z",)"
         R"("Author":"","Reason":"","Kind":"alias_set","Alias":"a","Way":"sideways"})",
         "'Way'"},
    };
    for (const auto& [text, fault] : cases) {
        const auto read = decode_record(text);
        ASSERT_FALSE(read) << text;
        EXPECT_NE(read.error().detail.find(fault), std::string::npos) << read.error().detail;
    }
    const auto later = decode_record(
        R"({"Id":"0910313b-6000-4f14-8550-dae624a4d138","Follows":null,"Kind":"moon_landed",)"
        R"("At":"2023-11-14T22:13:20Z","Author":"a","Reason":"b","More":[1]})"
    );
    ASSERT_TRUE(later);
    Chain chain;
    EXPECT_EQ(chain.registry.apply(*later, at(0)), Fate::applied);
    EXPECT_EQ(chain.add(version(1)), Fate::applied);
}

// Goal: of two records that follow the same one the first counts, a copy changes nothing, and a
// record that contradicts what holds has no place in the chain.
TEST(Registry, OnlyTheNextRecordCounts) {
    Chain chain;
    EXPECT_EQ(chain.add(version(1)), Fate::applied);
    const Record mine = chain.next(version(2));
    const Record others = chain.next(version(3));
    EXPECT_EQ(chain.registry.apply(mine, at(5)), Fate::applied);
    EXPECT_EQ(chain.registry.apply(others, at(5)), Fate::superseded);
    EXPECT_EQ(chain.registry.apply(mine, at(6)), Fate::repeated);
    EXPECT_EQ(chain.registry.find(model(3)), nullptr);
    EXPECT_EQ(chain.promote("champion", model(3)), Fate::refused);
    EXPECT_EQ(chain.registry.head(), mine.id);
    EXPECT_EQ(chain.promote("champion", model(2)), Fate::applied);
    EXPECT_EQ(chain.registry.history().size(), 3U);
}

// Goal: aliases go forward by promotions and back by rollbacks, down to the model inside the
// program, and each past moment can be asked about.
TEST(Registry, RollbacksTakePromotionsBack) {
    Chain chain;
    for (int i = 1; i <= 3; ++i) chain.add(version(i));
    EXPECT_FALSE(chain.registry.before("champion"));
    EXPECT_EQ(chain.promote("champion", model(1)), Fate::applied);
    EXPECT_EQ(chain.promote("champion", model(2)), Fate::applied);
    EXPECT_EQ(chain.promote("champion", model(3)), Fate::applied);
    const int before_rollback = chain.second;
    EXPECT_EQ(chain.roll_back("champion"), Fate::applied);
    EXPECT_EQ(chain.registry.model_of("champion"), model(2));
    EXPECT_EQ(chain.roll_back("champion"), Fate::applied);
    EXPECT_EQ(chain.registry.model_of("champion"), model(1));
    EXPECT_EQ(chain.roll_back("champion"), Fate::applied);
    EXPECT_EQ(chain.registry.model_of("champion"), std::nullopt);
    EXPECT_EQ(chain.roll_back("champion"), Fate::refused);
    EXPECT_EQ(chain.registry.model_of("champion", at(before_rollback - 1)), model(3));
    EXPECT_EQ(chain.registry.model_of("champion", at(before_rollback)), model(2));
    EXPECT_EQ(chain.registry.model_of("champion", at(-1)), std::nullopt);
}

// Goal: a version that is in use is not removed; a removed one is passed over by a rollback, may be
// named no longer, and comes back when it is added again.
TEST(Registry, RemovedVersionsAreNotReturnedTo) {
    Chain chain;
    for (int i = 1; i <= 3; ++i) chain.add(version(i));
    for (int i = 1; i <= 3; ++i) chain.promote("champion", model(i));
    EXPECT_EQ(chain.add(VersionRemoved{.model = model(3)}), Fate::refused);
    EXPECT_EQ(chain.add(VersionRemoved{.model = model(2)}), Fate::applied);
    EXPECT_EQ(chain.roll_back("champion"), Fate::applied);
    EXPECT_EQ(chain.registry.model_of("champion"), model(1));
    EXPECT_EQ(chain.promote("champion", model(2)), Fate::refused);
    EXPECT_EQ(chain.add(version(2)), Fate::applied);
    EXPECT_EQ(chain.promote("champion", model(2)), Fate::applied);
    EXPECT_EQ(chain.registry.versions().size(), 3U);
}

// Goal: what would be refused is told with what to do.
TEST(Registry, RefusalsSayWhatToDo) {
    Chain chain;
    for (int i = 1; i <= 12; ++i) chain.add(version(i));
    chain.promote("champion", model(1));
    for (int i = 2; i <= 9; ++i) chain.promote("challenger-" + std::to_string(i), model(i));
    VersionAdded large = version(13);
    large.bytes = base::limits::kRegistryBundleBytesMax + 1;
    VersionAdded nameless = version(13);
    nameless.model = "forest";
    const auto experiment = [](std::vector<Arm> arms) {
        return ExperimentStarted{.experiment = "e", .arms = std::move(arms)};
    };
    const std::pair<Event, const char*> cases[] = {
        {version(1), "is a version already"},
        {large, "train with fewer trees"},
        {nameless, "name@version"},
        {AliasSet{.alias = "champion", .model = "x@000000000000"}, "models list"},
        {AliasSet{.alias = "a b", .model = model(1)}, "valid name"},
        {AliasSet{.alias = "challenger-10", .model = model(10)}, "clear an alias"},
        {VersionRemoved{.model = model(1)}, "promote another one first"},
        {experiment({}), "1 to 8 challengers"},
        {experiment({{model(1), 0.5}}), "is the champion"},
        {experiment({{model(2), 0.5}, {model(2), 0.1}}), "named twice"},
        {experiment({{model(2), 0.7}, {model(3), 0.7}}), "add up to more than 1"},
        {experiment({{model(2), -0.1}}), "not in 0 to 1"},
        {experiment({{model(2), std::nan("")}}), "not in 0 to 1"},
        {experiment({{"x@000000000000", 0.1}}), "not a known version"},
        {ExperimentStopped{.experiment = "e"}, "is running"},
    };
    for (const auto& [event, text] : cases) {
        const auto refused = chain.registry.check(event);
        ASSERT_FALSE(refused) << text;
        EXPECT_NE(refused.error().detail.find(text), std::string::npos) << refused.error().detail;
        EXPECT_EQ(chain.add(event), Fate::refused);
    }
    EXPECT_EQ(chain.registry.challengers().size(), 8U);
    // One that takes the place of another is not a ninth.
    EXPECT_EQ(chain.promote("challenger-2", model(10)), Fate::applied);
}

// Goal: one record of a decision ends an arm and sets the alias; a second decider's comes too late.
TEST(Registry, DecisionsHappenOnce) {
    Chain chain;
    for (int i = 1; i <= 3; ++i) chain.add(version(i));
    chain.promote("champion", model(1));
    chain.promote("champion", model(2));
    EXPECT_EQ(
        chain.add(
            ExperimentStarted{.experiment = "e", .arms = {{.model = model(3), .weight = 0.5}}}
        ),
        Fate::applied
    );
    EXPECT_EQ(chain.registry.challengers(), std::vector{model(3)});
    ASSERT_TRUE(chain.registry.fresh_champion());
    EXPECT_EQ(chain.registry.fresh_champion()->before, model(1));
    const ExperimentDecided harm{
        .experiment = "e", .model = model(3), .decision = Decision::harm, .numbers = {{"mean", 0.1}}
    };
    const ExperimentDecided fresh{
        .experiment = "",
        .model = model(2),
        .decision = Decision::harm,
        .numbers = {},
        .sets = AliasSet{.alias = "champion", .model = model(1), .way = Way::rollback}
    };
    const Record first = chain.next(fresh);
    const Record second = chain.next(fresh);
    EXPECT_EQ(chain.registry.apply(first, at(50)), Fate::applied);
    EXPECT_EQ(chain.registry.apply(second, at(50)), Fate::superseded);
    EXPECT_EQ(chain.registry.model_of("champion"), model(1));
    EXPECT_FALSE(chain.registry.fresh_champion());
    EXPECT_EQ(chain.add(fresh), Fate::refused);
    EXPECT_EQ(chain.add(harm), Fate::applied);
    EXPECT_EQ(chain.registry.running(), nullptr);
    EXPECT_EQ(chain.add(harm), Fate::refused);
    EXPECT_TRUE(chain.registry.challengers().empty());
}

// Goal: requests are divided by the weights of the arms, and the share of one that is decided goes
// to the champion while the others keep theirs.
TEST(Registry, RequestsAreDividedAmongArms) {
    Chain chain;
    for (int i = 1; i <= 3; ++i) chain.add(version(i));
    const base::Uuid id = *base::Uuid::parse("0910313b-6000-4f14-8550-dae624a4d138");
    EXPECT_EQ(chain.registry.variant_of(id), "");
    chain.add(
        ExperimentStarted{
            .experiment = "e",
            .arms = {{.model = model(1), .weight = 0.3}, {model(2), 0.3}, {model(3)}}
        }
    );
    std::map<std::string, int> before;
    std::map<std::string, int> after;
    std::vector<base::Uuid> ids;
    for (int i = 0; i < 1'000; ++i) ids.push_back(base::Uuid::random(chain.random));
    for (const base::Uuid& one : ids) ++before[chain.registry.variant_of(one)];
    EXPECT_NEAR(before["e/" + model(1)], 300, 60);
    EXPECT_NEAR(before["e/" + model(2)], 300, 60);
    EXPECT_FALSE(before.contains("e/" + model(3)));
    chain.add(
        ExperimentDecided{
            .experiment = "e", .model = model(1), .decision = Decision::harm, .numbers = {}
        }
    );
    for (const base::Uuid& one : ids) ++after[chain.registry.variant_of(one)];
    EXPECT_EQ(after["e/" + model(2)], before["e/" + model(2)]);
    EXPECT_EQ(after["e/champion"], before["e/champion"] + before["e/" + model(1)]);
}

// Goal: a person may name a version by an alias or by the beginning of its version.
TEST(Registry, VersionsAreFoundByTheirBeginning) {
    Chain chain;
    chain.add(version(123'456'789));
    chain.add(version(123'456'780));
    chain.promote("champion", model(123'456'789));
    EXPECT_EQ(find_model(chain.registry, "champion"), model(123'456'789));
    EXPECT_EQ(find_model(chain.registry, "000123456780"), model(123'456'780));
    EXPECT_EQ(find_model(chain.registry, "forest@000123456780"), model(123'456'780));
    EXPECT_EQ(find_model(chain.registry, "0001234").error().code, Errc::invalid_argument);
    EXPECT_EQ(find_model(chain.registry, "tree").error().code, Errc::not_found);
}

// Goal: the answer of the API has aliases, versions and history, as they are and as they were.
TEST(Registry, TellsItsStateAsJson) {
    Chain chain;
    chain.add(version(1));
    chain.add(version(2));
    chain.promote("champion", model(1));
    chain.promote("champion", model(2));
    const std::string now = registry_json(chain.registry, {.in_use = model(2)});
    EXPECT_TRUE(
        now.starts_with(R"({"champion":"forest@000000000002","in_use":"forest@000000000002",)")
    ) << now;
    EXPECT_NE(now.find(R"("before":"forest@000000000001")"), std::string::npos) << now;
    EXPECT_NE(now.find(R"("card":{"id":"x"})"), std::string::npos) << now;
    const std::string then = registry_json(chain.registry, {.at = at(2)});
    EXPECT_TRUE(then.starts_with(R"({"champion":"forest@000000000001",)")) << then;
}

}  // namespace
}  // namespace flightcast::registry
