// SPDX-License-Identifier: Apache-2.0
#include "registry/ledger.h"

#include <gtest/gtest.h>

#include <algorithm>

#include "base/limits.h"
#include "eventlog/local/local_log.h"
#include "eventlog/memory/memory_storage.h"
#include "registry/bundle_parts.h"

namespace flightcast::registry {
namespace {

using base::Errc;

constexpr const char* kTopic = "models";

struct LedgerTest : testing::Test {
    base::ManualClock clock;
    base::SeededRandom random{3};
    eventlog::memory::MemoryStorage storage;
    std::unique_ptr<eventlog::local::LocalLog> log =
        eventlog::local::LocalLog::open(storage, clock).value();

    void SetUp() override {
        ASSERT_TRUE(log->admin().create_topic({.name = kTopic, .retention = eventlog::kForEver}));
        ASSERT_TRUE(log->admin().create_topic({.name = "parts", .retention = eventlog::kForEver}));
    }
    std::unique_ptr<Ledger> open() {
        return Ledger::open({.log = *log, .topic = kTopic, .clock = clock, .random = random})
            .value();
    }
    // Until none of them has anything to do.
    void settle(std::initializer_list<Ledger*> ledgers) {
        bool is_busy = true;
        while (is_busy) {
            is_busy = false;
            for (Ledger* const ledger : ledgers) is_busy |= ledger->step().value();
            is_busy |= log->step();
        }
    }
    static Proposal add_version(const std::string& model) {
        return {
            .author = "ann",
            .reason = "",
            .event = [model](const Registry& now) -> base::Result<Event> {
                Event event = VersionAdded{
                    .model = model,
                    .digest = std::string(64, 'b'),
                    .bytes = 1,
                    .parts = 1,
                    .parts_at = 0,
                    .card = "{}"
                };
                FC_TRY_VOID(now.check(event));
                return event;
            }
        };
    }
    static Proposal promote(const std::string& model) {
        return {.author = "ann", .reason = "", .event = [model](const Registry& now) {
                    return promotion(now, "champion", model);
                }};
    }
};

// Goal: two processes that write at once both get their record in, in one order that both see; one
// that contradicts the other's is told why.
TEST_F(LedgerTest, WritersTakeTurns) {
    const auto a = open();
    const auto b = open();
    std::vector<base::Result<Record>> told;
    const auto note = [&told](const base::Result<Record>& result) { told.push_back(result); };
    a->propose(add_version("m@000000000001"), note);
    b->propose(add_version("m@000000000002"), note);
    b->propose(add_version("m@000000000001"), note);
    a->propose(promote("m@000000000001"), note);
    settle({a.get(), b.get()});
    ASSERT_EQ(told.size(), 4U);
    EXPECT_EQ(std::ranges::count_if(told, [](const auto& one) { return one.has_value(); }), 3);
    EXPECT_EQ(a->now().head(), b->now().head());
    EXPECT_EQ(b->now().model_of("champion"), "m@000000000001");
    const auto refused = std::ranges::find_if(told, [](const auto& one) { return !one; });
    EXPECT_EQ(refused->error().code, Errc::already_exists);
    // A process that comes later knows the same.
    const auto late = open();
    settle({late.get()});
    EXPECT_TRUE(late->caught_up());
    EXPECT_EQ(late->now().head(), a->now().head());
    EXPECT_EQ(late->now().history().size(), 3U);
}

// Goal: a bundle with a state of online features is packed and unpacked byte for byte, as is one
// without; every cut within the lengths, bundle.json and the trees is refused.
TEST(BundleFiles, MayHaveAThirdFile) {
    const BundleFiles plain{.bundle_json = "{}", .forest = "trees"};
    EXPECT_EQ(pack(plain), "flightcast bundle 1\n2\n5\n{}trees");
    EXPECT_EQ(unpack(pack(plain)).value(), plain);
    const BundleFiles online{.bundle_json = "{}", .forest = "trees", .online = "state"};
    const std::string packed = pack(online);
    EXPECT_EQ(packed, "flightcast bundle 1\n2\n5\n{}treesstate");
    EXPECT_EQ(unpack(packed).value(), online);
    for (std::size_t size = 0; size < packed.size() - online.online.size(); ++size) {
        EXPECT_FALSE(unpack(packed.substr(0, size))) << size;
    }
}

// Goal: a bundle of several parts comes back byte for byte, also with parts that stand twice, when
// its place is not known, and with bytes of any value; damaged ones are refused.
TEST_F(LedgerTest, BundlesTravelInParts) {
    base::SeededRandom noise(9);
    BundleFiles files{
        .bundle_json = "{\"a\":1}", .forest = std::string(2'000'001, '\0'), .online = "state"
    };
    noise.fill(std::as_writable_bytes(std::span(files.forest)));
    const std::string packed = pack(files);
    const PackedAddress address = address_of(packed);
    EXPECT_EQ(address.parts, 3U);
    const auto writer = log->open_writer().value();
    const auto append = [&](std::uint32_t number, std::string bytes) {
        const auto record = part_record("parts", address.digest, number, std::move(bytes));
        ASSERT_TRUE(writer->append({record}, [](const auto&) {}));
        log->step();
    };
    const auto fetch = [&](std::int64_t from) {
        return fetch_bundle(
            *log, "parts", address, eventlog::Offset(from), std::chrono::milliseconds(0)
        );
    };
    append(2, std::string(part_of(packed, 2)));
    append(0, std::string(part_of(packed, 0)));
    EXPECT_EQ(fetch(0).error().code, Errc::not_found);
    append(0, std::string(part_of(packed, 0)));
    append(7, "of nothing");
    append(1, std::string(part_of(packed, 1)));
    for (const std::int64_t from : {0, 3, 5}) {
        const auto fetched = fetch(from);
        ASSERT_TRUE(fetched) << fetched.error().detail;
        EXPECT_EQ(fetched->packed, packed);
        EXPECT_EQ(unpack(fetched->packed).value(), files);
    }
    EXPECT_EQ(fetch(0)->first, eventlog::Offset(0));
    const PackedAddress other{
        .digest = std::string(64, '0'), .bytes = address.bytes, .parts = address.parts
    };
    PartCollector collector(other);
    for (std::uint32_t i = 0; i < other.parts; ++i) {
        const auto part = part_record("parts", other.digest, i, std::string(part_of(packed, i)));
        collector.take(
            {.at = {"parts", eventlog::PartitionId(0)},
             .offset = eventlog::Offset(i),
             .appended = {},
             .key = part.key,
             .value = part.value,
             .headers = part.headers}
        );
    }
    ASSERT_TRUE(collector.is_complete());
    EXPECT_EQ(collector.packed().error().code, Errc::corrupt);
    for (const std::string damaged :
         {"", "x", "flightcast bundle 1\n", "flightcast bundle 1\n1\n9\nab"}) {
        EXPECT_FALSE(unpack(damaged)) << damaged;
    }
}

}  // namespace
}  // namespace flightcast::registry
