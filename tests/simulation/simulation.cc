// SPDX-License-Identifier: Apache-2.0
#include "simulation.h"

#include <map>
#include <memory>
#include <optional>
#include <set>
#include <utility>

#include "base/check.h"
#include "base/clock.h"
#include "base/random.h"
#include "flight/request_json.h"
#include "server.h"
#include "store/memory/memory_store.h"

namespace flightcast::simulation {
namespace {

using base::Uuid;
using gateway::delivery::ClientId;
using gateway::delivery::SharedOutcome;

constexpr std::size_t kActions = 400;
constexpr std::size_t kClients = 4;

// One that forgets at once, so that late joins need the store, and one that never does.
constexpr std::size_t kSmallCache = 2'000;
constexpr std::size_t kLargeCache = 1'000'000;

// Replaces its document, which a store must not do.
class ForgetfulStore final : public store::OutcomeStore {
  public:
    base::Result<std::vector<store::Refusal>> put(
        const std::vector<flight::Outcome>& outcomes
    ) override {
        for (const flight::Outcome& outcome : outcomes) outcomes_[outcome.id] = outcome;
        return std::vector<store::Refusal>{};
    }
    void find(const Uuid& id, store::FindDone done) override {
        const auto found = outcomes_.find(id);
        if (found == outcomes_.end()) return done(std::nullopt);
        done(store::StoredOutcome{.outcome = found->second, .document_id = std::nullopt});
    }
    base::Result<std::int64_t> count() override {
        return static_cast<std::int64_t>(outcomes_.size());
    }
    base::Result<void> reach() override { return {}; }
    base::Result<std::size_t> trim(base::WallTime, std::size_t) override { return 0; }
    [[nodiscard]] bool is_distant() const override { return false; }

  private:
    std::map<Uuid, flight::Outcome> outcomes_;
};

// A browser tab: what it asked for, what it joined in this connection, what it got.
struct Client {
    std::optional<ClientId> connection;
    std::set<Uuid> asked;            // accepted, and no outcome has come yet
    std::map<Uuid, int> open_joins;  // in this connection: joins that have not been answered
};

class World {
  public:
    World(std::uint64_t seed, Shape shape, Bug bug)
        : random_(seed),
          shape_(shape),
          bug_(bug),
          clients_(kClients),
          small_cache_(random_.below(2) == 0) {
        if (bug == Bug::last_outcome_wins) {
            store_ = std::make_unique<ForgetfulStore>();
        } else {
            auto store = std::make_unique<store::memory::MemoryStore>(clock_);
            failing_store_ = store.get();
            store_ = std::move(store);
        }
        start();
    }

    Report play() {
        for (std::size_t i = 0; i < kActions; ++i) act();
        quiet_down();
        check_books();
        return std::move(report_);
    }

  private:
    void start() {
        server_ = std::make_unique<Server>(
            Disk{
                .log = disk_,
                .store = *store_,
                .clock = clock_,
                .random = random_,
                .cache_bytes = small_cache_ ? kSmallCache : kLargeCache,
                .shape = shape_
            },
            bug_,
            [this](ClientId client, const SharedOutcome& outcome) { receive(client, outcome); }
        );
    }

    void fault(const std::string& what, const Uuid& id) {
        report_.faults.push_back(what + " " + id.to_string());
    }

    Client& any_client() { return clients_[random_.below(kClients)]; }

    void act() {
        switch (random_.below(24)) {
            case 0:
            case 1:
                return post(any_client());
            case 2:
            case 3:
                return join_something(any_client());
            case 4:
                return connect(any_client());
            case 5:
                return disconnect(any_client());
            case 6:
                return clock_.advance(std::chrono::milliseconds(random_.below(3'000)));
            case 7:
                return misfortune();
            default:
                server_->step_something();
                server_->deliveries().expire(clock_.steady_now());
                return;
        }
    }

    void misfortune() {
        switch (random_.below(8)) {
            case 0:
            case 1:
                return crash(false);
            case 2:
                return crash(bug_ == Bug::none);
            case 3:
                return disk_.fail_commits(1 + random_.below(3));
            case 4:
                if (failing_store_ != nullptr) failing_store_->fail_puts(1 + random_.below(5));
                return;
            case 5:
                return clock_.set_wall(clock_.wall_now() - std::chrono::minutes(random_.below(60)));
            default:
                return server_->restart_process();
        }
    }

    void crash(bool power) {
        ++report_.crashes;
        server_.reset();
        if (power) {
            disk_.lose_power();
            power_lost_ = true;
        }
        for (Client& client : clients_) lose_connection(client);
        start();
    }

    static void lose_connection(Client& client) {
        client.connection.reset();
        client.open_joins.clear();
    }

    void connect(Client& client) {
        if (client.connection) return;
        const bool reuse = bug_ == Bug::client_ids_reused && last_connection_.value() > 0;
        if (!reuse || random_.below(2) == 0) last_connection_ = last_connection_.next();
        client.connection = last_connection_;
        for (const Uuid& id : std::set(client.asked)) join(client, id);  // As the page does.
    }

    void disconnect(Client& client) {
        if (!client.connection) return;
        if (bug_ != Bug::client_ids_reused) server_->deliveries().forget(*client.connection);
        lose_connection(client);
    }

    void post(Client& client) {
        const Uuid id = Uuid::random(random_);
        flight::Request request{.id = id};
        request.dep_delay = static_cast<double>(random_.below(90));
        request.carrier = "AA";
        request.origin = "ATL";
        request.dest = "SFO";
        request.flight_date = random_.below(10) == 0 ? "2016-02-30" : "2016-12-25";
        const std::string value = flight::encode_request(request);
        // Some connect only after the answer, some join a request that is lost with a crash.
        const int copies = random_.below(8) == 0 ? 2 : 1;
        for (int copy = 0; copy < copies; ++copy) {
            server_->append(value, id.to_string(), [this, &client, id](base::Result<void> done) {
                if (done) accept(client, id);
            });
        }
    }

    void accept(Client& client, const Uuid& id) {
        if (!accepted_.insert(id).second) return;
        ++report_.accepted;
        server_->deliveries().expect(id);
        client.asked.insert(id);
        if (random_.below(2) == 0) join(client, id);
    }

    void join_something(Client& client) {
        if (accepted_.empty()) return;
        if (!client.asked.empty() && random_.below(3) != 0)
            return join(client, *client.asked.begin());
        // Long after, or what somebody else asked for and passed on.
        auto any = accepted_.lower_bound(Uuid::random(random_));
        join(client, any == accepted_.end() ? *accepted_.begin() : *any);
    }

    void join(Client& client, const Uuid& id) {
        if (!client.connection) return;
        int& open = client.open_joins[id];
        if (open == 0) open = 1;  // Joining again while waiting is the same join.
        server_->deliveries().join(*client.connection, id, clock_.steady_now());
    }

    void receive(ClientId connection, const SharedOutcome& outcome) {
        const Uuid& id = outcome->id;
        for (Client& client : clients_) {
            if (client.connection != connection) continue;
            const auto open = client.open_joins.find(id);
            if (open == client.open_joins.end()) return fault("misdelivered", id);
            if (open->second == 0) return fault("doubled", id);
            open->second = 0;
            client.asked.erase(id);
            ++report_.delivered;
            delivered_[id].insert(outcome->json);
            return;
        }
        if (bug_ == Bug::none) fault("delivered to nobody", id);
    }

    // No more faults: everybody comes back and waits for what it has not got.
    void quiet_down() {
        disk_.fail_commits(0);
        if (failing_store_ != nullptr) failing_store_->fail_puts(0);
        for (Client& client : clients_) connect(client);
        for (int i = 0; i < 12; ++i) {
            for (Client& client : clients_) {
                for (const Uuid& id : std::set(client.asked)) join(client, id);
            }
            clock_.advance(std::chrono::seconds(31));
            server_->settle();
            server_->deliveries().expire(clock_.steady_now());
        }
        server_->settle();
    }

    void check_books() {
        for (const Client& client : clients_) {
            for (const Uuid& id : client.asked) fault("never delivered", id);
            for (const auto& [id, open] : client.open_joins) {
                if (open != 0) fault("joined in vain", id);
            }
        }
        for (const Uuid& id : accepted_) check_outcome(id);
    }

    void check_outcome(const Uuid& id) {
        std::optional<flight::Outcome> stored;
        store_->find(id, [&stored](auto found) {
            if (found && *found) stored = (*found)->outcome;
        });
        if (!stored) return fault("lost", id);
        const auto delivered = delivered_.find(id);
        if (delivered == delivered_.end() || power_lost_ || small_cache_) return;
        if (delivered->second != std::set{stored->json}) fault("delivered is not stored", id);
    }

    base::SeededRandom random_;
    base::ManualClock clock_;
    const Shape shape_;
    const Bug bug_;
    eventlog::memory::MemoryStorage disk_;
    std::unique_ptr<store::OutcomeStore> store_;
    store::memory::MemoryStore* failing_store_ = nullptr;
    std::unique_ptr<Server> server_;
    std::vector<Client> clients_;
    ClientId last_connection_;
    std::set<Uuid> accepted_;
    std::map<Uuid, std::set<std::string>> delivered_;
    const bool small_cache_;
    bool power_lost_ = false;
    Report report_;
};

}  // namespace

Report simulate(std::uint64_t seed, Shape shape, Bug bug) {
    return World(seed, shape, bug).play();
}

}  // namespace flightcast::simulation
