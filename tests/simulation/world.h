// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <chrono>
#include <cstddef>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "base/random.h"
#include "base/temporary_folder.h"
#include "book.h"
#include "gateway/http/wire_testing.h"
#include "process.h"
#include "schedule.h"
#include "site.h"
#include "sqlite/faulty_disk_testing.h"
#include "tab.h"

namespace flightcast::simulation {

// The result of one schedule.
struct Report {
    std::vector<std::string> faults;          // empty: all promises were kept
    std::map<std::string, std::size_t> seen;  // events that took place, and what came of them
    std::size_t accepted = 0;
    std::size_t delivered = 0;
    std::vector<std::string> story;  // when it was asked for
};

// Plays one schedule: processes, clients, disk, store and brokers on one thread and one clock. When
// the events are over, the faults stop, everybody comes back, and the books are checked:
//
//   * every accepted request is on disk, and has one outcome in the store, which every gateway
//   shows;
//   * every client that stayed got the outcome of all that it joined, once for each join;
//   * nobody got what it had not joined, or what belongs to another flight;
//   * whoever saw an outcome saw the same one;
//   * a stop in order answers all that was submitted, and nothing waits for clients that have gone.
class World {
  public:
    World(const Schedule& schedule, bool tells);
    ~World();
    World(const World&) = delete;
    World& operator=(const World&) = delete;

    Report play();

  private:
    using Handler = bool (World::*)(const Event&);
    static Handler handler_of(EventKind kind);

    struct Joins {
        std::size_t sent = 0;
        std::size_t delivered = 0;
        std::size_t ended = 0;  // waits that timed out
    };
    struct Client {
        std::size_t number;
        std::unique_ptr<Tab> tab;
        std::map<base::Uuid, Joins> joins{};  // in this connection
        std::set<base::Uuid> wanted{};        // its own, accepted, and no outcome has come yet
    };
    enum class What { submission, outcome, original };
    struct Ask {
        What what;
        std::size_t client;
        Process* process;
        std::size_t flight = 0;  // its index in the book
        base::Uuid id{};
        std::unique_ptr<gateway::http::WireClient> wire{};
        bool is_final = false;  // at the end: what a gateway shows
    };
    // A place for a process, empty while it is down.
    struct Place {
        Process::Role role;
        std::string name;
        std::unique_ptr<Process> process{};
        bool was_disturbed = false;  // while it is stopping
    };

    // world.cc: time and processes.
    void act(const Event& event);
    void start(Place& place);
    void take_turns(std::size_t turns);
    bool take_turn(Place& place);
    void after_turn(Place& place);
    void bury(Place& place, bool in_order);
    void pass(std::chrono::microseconds time, std::size_t turns_per_hop);
    void settle();
    [[nodiscard]] Place* pick(std::uint32_t number, bool needs_gateway);
    template <class Text>
    void tell(const Text& text);
    void note(const std::string& what, std::size_t times = 1) { site_.seen[what] += times; }

    // clients.cc: what clients do.
    bool submit_form(const Event& event);
    bool submit_json(const Event& event);
    bool submit_and_wait(const Event& event);
    bool submit_again(const Event& event);
    bool reuse_key(const Event& event);
    bool leave_submission(const Event& event);
    bool join(const Event& event);
    bool join_again(const Event& event);
    bool join_other(const Event& event);
    bool connect_websocket(const Event& event);
    bool connect_polling(const Event& event);
    bool upgrade(const Event& event);
    bool disconnect(const Event& event);
    bool vanish(const Event& event);
    bool stop_reading(const Event& event);
    bool read_on(const Event& event);
    bool ask_outcome(const Event& event);
    bool ask_original(const Event& event);
    Client& client_of(const Event& event) { return clients_[event.first % clients_.size()]; }
    bool submit(const Event& event, Flight& flight, bool is_json, const std::string& query);
    void submit(Place& place, Flight& flight, bool is_json, const std::string& query);
    bool submit_new(const Event& event, bool is_json, const std::string& query);
    bool connect(Client& client, std::uint32_t number, bool by_polling);
    void send_join(Client& client, const base::Uuid& id);
    bool ask(const Event& event, What what);
    [[nodiscard]] bool can_reach(const Tab& tab) const;
    void get(What what, std::size_t client, Process& process, const base::Uuid& id, bool is_final);

    // answers.cc: what they get.
    void pump();
    void take_answer(Ask& ask, const std::string& answer);
    void take_submission(Ask& ask, const std::string& answer);
    void take_outcome(const Ask& ask, const std::string& answer);
    void take_event(Client& client, std::string_view name, std::string_view payload);
    void deliver(Client& client, const Sight& sight);
    void lost(Client& client);

    // accidents.cc: everything else.
    bool work(const Event& event);
    bool pass_moment(const Event& event);
    bool pass_seconds(const Event& event);
    bool pass_minutes(const Event& event);
    void leave_behind(std::chrono::seconds time);
    bool wall_clock_back(const Event& event);
    bool wall_clock_forward(const Event& event);
    bool kill(const Event& event);
    bool stop_orderly(const Event& event);
    bool freeze(const Event& event);
    bool cut_power(const Event& event);
    bool fill_disk(const Event& event);
    bool fail_writes(const Event& event);
    bool fail_flushes(const Event& event);
    bool heal_disk(const Event& event);
    bool store_away(const Event& event);
    bool store_slow(const Event& event);
    bool store_answer_lost(const Event& event);
    bool store_stalls(const Event& event);
    bool heal_store(const Event& event);
    bool swap_model(const Event& event);
    bool trim_log(const Event& event);
    bool unscorable_request(const Event& event);
    bool rival_prediction(const Event& event);
    bool rival_failure(const Event& event);
    bool brokers_unsteady(const Event& event);
    bool brokers_steady(const Event& event);
    bool trim_cluster();
    bool append(eventlog::NewRecord record, std::function<void()> on_done);
    Flight* flight_for_rival(const Event& event);

    // ending.cc: the quiet after it, and the check of the books.
    void quiet_down();
    void heal_all();
    void come_back();
    [[nodiscard]] bool is_all_there();
    void check_books();
    void check_shown();
    void check_live();
    void check_live(Place& place);
    void check_once();
    void check_ready();
    void check_leaks();
    [[nodiscard]] std::optional<Sight> stored(const base::Uuid& id);

    const Schedule plan_;
    const base::TemporaryFolder folder_;
    std::optional<sqlite::FaultyDisk> disk_;
    Site site_;
    Book book_;
    std::chrono::seconds left_behind_{0};  // in minutes that passed and jumps of the clock
    base::SeededRandom chance_;            // whose turn it is
    std::vector<Place> places_;
    std::vector<Client> clients_;
    std::vector<Ask> asks_;
    bool is_quiet_ = false;
    bool disk_is_faulty_ = false;
    std::size_t delivered_ = 0;
    const bool tells_;
    base::SteadyTime began_{};
    std::vector<std::string> story_;
};

// Plays a schedule; with `tells` the report has its story.
[[nodiscard]] Report play(const Schedule& schedule, bool tells = false);

}  // namespace flightcast::simulation
