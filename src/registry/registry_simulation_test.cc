// SPDX-License-Identifier: Apache-2.0
//
// Several processes write into one registry over a log whose appends get lost, fail although they
// were done, stand twice or come late; processes are killed and come back; two deciders roll the
// same champion back. Seeds decide all of it.
#include <gtest/gtest.h>

#include <algorithm>
#include <deque>
#include <map>
#include <set>

#include "base/planted_bug_testing.h"
#include "base/random.h"
#include "eventlog/forwarding_log_testing.h"
#include "eventlog/local/local_log.h"
#include "eventlog/memory/memory_storage.h"
#include "registry/ledger.h"
#include "registry/record_json.h"

namespace flightcast::registry {
namespace {

using base::Errc;
using base::Result;
using eventlog::NewRecord;

constexpr const char* kTopic = "models";
constexpr int kProcesses = 4;
constexpr int kSteps = 400;
constexpr int kVersions = 5;

std::string model(int number) {
    return "m@00000000000" + std::to_string(number);
}

// Appends that wait: those of the future.
struct Late {
    std::vector<NewRecord> records;
    eventlog::Done done;
};

struct Faults {
    base::SeededRandom random;
    std::deque<Late> late{};
    bool are_on = true;
};

class FaultyWriter final : public eventlog::Writer {
  public:
    FaultyWriter(std::unique_ptr<eventlog::Writer> inner, Faults& faults)
        : inner_(std::move(inner)), faults_(faults) {}

    Result<void> append(std::vector<NewRecord> records, eventlog::Done done) override {
        const std::uint64_t fate = faults_.are_on ? faults_.random.below(10) : 9;
        switch (fate) {
            case 0:  // lost
                done(base::fail(Errc::unavailable, "lost"));
                return {};
            case 1:  // done, and said to have failed
                return inner_->append(std::move(records), [done = std::move(done)](auto) mutable {
                    done(base::fail(Errc::timeout, "unknown"));
                });
            case 2:  // done twice
                FC_TRY_VOID(inner_->append(records, [](auto) {}));
                return inner_->append(std::move(records), std::move(done));
            case 3:  // done later, behind others
                faults_.late.push_back({std::move(records), std::move(done)});
                return {};
            case 4:  // failed, and done later
                done(base::fail(Errc::timeout, "unknown"));
                faults_.late.push_back({std::move(records), [](auto) {}});
                return {};
            default:
                return inner_->append(std::move(records), std::move(done));
        }
    }

  private:
    const std::unique_ptr<eventlog::Writer> inner_;
    Faults& faults_;
};

class FaultyLog final : public eventlog::ForwardingLog {
  public:
    FaultyLog(eventlog::EventLog& log, Faults& faults) : ForwardingLog(log), faults_(faults) {}

    Result<std::unique_ptr<eventlog::Writer>> open_writer() override {
        FC_TRY(auto inner, log().open_writer());
        return std::make_unique<FaultyWriter>(std::move(inner), faults_);
    }

  private:
    Faults& faults_;
};

// One schedule. The faults that it finds stand in `findings`.
struct Run {
    explicit Run(std::uint64_t seed)
        : random(seed),
          faults{.random = base::SeededRandom(seed + 1)},
          log(eventlog::local::LocalLog::open(storage, clock).value()),
          faulty(*log, faults) {
        EXPECT_TRUE(log->admin().create_topic({.name = kTopic}));
        raw = log->open_writer().value();
        for (int i = 0; i < kProcesses; ++i) start(i);
    }

    void start(int process) {
        ledgers[process] =
            Ledger::open({.log = faulty, .topic = kTopic, .clock = clock, .random = random})
                .value();
    }

    void settle() {
        bool is_busy = true;
        for (int tries = 0; is_busy && tries < 10'000; ++tries) {
            is_busy = log->step();
            for (auto& ledger : ledgers) {
                const auto stepped = ledger->step();
                is_busy |= stepped && *stepped;
                is_busy |= ledger->has_open_proposals();
            }
        }
        if (is_busy) findings.insert("proposals are never settled");
    }

    void release() {
        std::deque<Late> late;
        late.swap(faults.late);
        for (Late& one : late) (void)raw->append(std::move(one.records), std::move(one.done));
    }

    // A change with a name of its own, which must be told done exactly when it counts, once.
    void propose(int process) {
        const std::string name = "change " + std::to_string(++changes);
        const int wanted = static_cast<int>(random.below(kVersions));
        const std::uint64_t kind = random.below(4);
        Proposal proposal{
            .author = "process " + std::to_string(process),
            .reason = name,
            .event = [kind, wanted](const Registry& now) -> Result<Event> {
                Event event =
                    AliasSet{.alias = "champion", .model = model(wanted), .way = Way::promote};
                if (kind == 0 || now.find(model(wanted)) == nullptr) {
                    event = VersionAdded{
                        .model = model(wanted),
                        .digest = std::string(64, 'd'),
                        .bytes = 1,
                        .parts = 1,
                        .parts_at = 0,
                        .card = "{}"
                    };
                }
                if (kind == 1) {
                    FC_TRY(event, rollback(now, "champion"));
                }
                FC_TRY_VOID(now.check(event));
                return event;
            }
        };
        ledgers[process]->propose(std::move(proposal), [this, name](const auto& told) {
            if (told) done.insert(name);
            if (!told) refused.insert(name);
        });
    }

    // A decider that finds harm in every champion: a record of its own, not by a ledger's proposal.
    void decide(int process) {
        const Registry& now = ledgers[process]->now();
        const auto fresh = now.fresh_champion();
        if (!fresh) return;
        const auto before = now.before("champion");
        if (!before) return;
        const Record record{
            .id = base::Uuid::random(random),
            .follows = now.head(),
            .at = clock.wall_now(),
            .author = "decider",
            .reason = "harm",
            .event = ExperimentDecided{
                .experiment = "",
                .model = fresh->model,
                .decision = Decision::harm,
                .numbers = {},
                .sets = AliasSet{.alias = "champion", .model = before->model, .way = Way::rollback}
            }
        };
        append_raw(record);
    }

    // Somebody who does not look writes what contradicts the registry.
    void contradict(int process) {
        append_raw(
            {.id = base::Uuid::random(random),
             .follows = ledgers[process]->now().head(),
             .at = clock.wall_now(),
             .author = "stranger",
             .reason = "",
             .event = AliasSet{.alias = "champion", .model = model(9), .way = Way::promote}}
        );
    }

    void append_raw(const Record& record) {
        const auto writer = faulty.open_writer().value();
        (void)writer->append(
            {{.topic = kTopic, .key = "registry", .value = encode_record(record)}}, [](auto) {}
        );
    }

    void step() {
        const int process = static_cast<int>(random.below(kProcesses));
        switch (random.below(12)) {
            case 0:
            case 1:
                return propose(process);
            case 2:
                decide(process);
                return decide((process + 1) % kProcesses);
            case 3:
                return contradict(process);
            case 4:
                return release();
            case 5:  // killed, with all that it had in mind
                return start(process);
            case 6:
            case 7:
                (void)log->step();
                return;
            default:
                (void)ledgers[process]->step();
                return;
        }
    }

    void check() {
        faults.are_on = false;
        release();
        settle();
        const Registry& first = ledgers[0]->now();
        start(kProcesses - 1);  // One that knows nothing but the log.
        settle();
        for (const auto& ledger : ledgers) {
            if (ledger->now().head() != first.head()) findings.insert("heads differ");
            if (ledger->now().model_of("champion") != first.model_of("champion")) {
                findings.insert("champions differ");
            }
        }
        check_history(first);
    }

    void check_history(const Registry& registry) {
        std::optional<base::Uuid> head;
        std::map<std::string, int> counted;
        std::optional<std::string> rolled_back;
        for (const Entry& entry : registry.history()) {
            if (entry.record.follows != head)
                findings.insert("a record does not follow the one before");
            head = entry.record.id;
            ++counted[entry.record.reason];
            const auto* const decided = std::get_if<ExperimentDecided>(&entry.record.event);
            // Without a promotion in between the second one would be the same rollback again.
            if (decided != nullptr && rolled_back == decided->model) {
                findings.insert("a champion is rolled back twice");
            }
            if (decided != nullptr) rolled_back = decided->model;
            if (std::holds_alternative<AliasSet>(entry.record.event)) rolled_back.reset();
        }
        for (const auto& [reason, count] : counted) {
            if (reason.starts_with("change") && count > 1) findings.insert("a change counts twice");
        }
        for (const std::string& name : done) {
            if (!counted.contains(name))
                findings.insert("a change that was told done does not count");
        }
        for (const std::string& name : refused) {
            if (counted.contains(name)) findings.insert("a change that was told refused counts");
        }
        const auto champion = registry.model_of("champion");
        if (champion && registry.find(*champion) == nullptr) {
            findings.insert("the champion is not a version");
        }
    }

    base::ManualClock clock;
    base::SeededRandom random;
    Faults faults;
    eventlog::memory::MemoryStorage storage;
    std::unique_ptr<eventlog::local::LocalLog> log;
    FaultyLog faulty;
    std::unique_ptr<eventlog::Writer> raw;
    std::array<std::unique_ptr<Ledger>, kProcesses> ledgers;
    int changes = 0;
    std::set<std::string> done;
    std::set<std::string> refused;
    std::set<std::string> findings;
};

std::set<std::string> findings_of(std::uint64_t seed) {
    Run run(seed);
    for (int i = 0; i < kSteps; ++i) run.step();
    run.check();
    EXPECT_GT(run.changes, 0);
    return run.findings;
}

// Goal: whatever happens to appends and processes, all of them agree, each change counts exactly
// when it was told done, and a rollback happens once.
TEST(RegistrySimulation, AllAgreeWhateverHappens) {
    for (std::uint64_t seed = 1; seed <= 150; ++seed) {
        const auto findings = findings_of(seed);
        EXPECT_TRUE(findings.empty()) << "seed " << seed << ": " << *findings.begin();
    }
}

// Goal: each planted mistake of the registry is found within a few schedules.
TEST(RegistrySimulation, PlantedBugsAreFound) {
    for (const base::PlantedBugRow& row : base::kPlantedBugs) {
        if (!base::is_of_registry(row.bug)) continue;
        const base::Planted planted(row.bug);
        bool is_found = false;
        for (std::uint64_t seed = 1; seed <= 100 && !is_found; ++seed) {
            is_found = !findings_of(seed).empty();
        }
        EXPECT_TRUE(is_found) << row.name << ": " << row.mistake;
    }
}

}  // namespace
}  // namespace flightcast::registry
