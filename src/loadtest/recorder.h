// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/clock.h"
#include "base/uuid.h"
#include "loadtest/ledger.h"
#include "loadtest/report.h"
#include "loadtest/schedule.h"
#include "loadtest/session/socketio_session.h"

namespace flightcast::loadtest {

// The answer to a POST. Its body is borrowed for the call that takes it.
struct PostAnswer {
    base::SteadyTime intended;  // When the POST was meant to be sent.
    int status = 0;
    std::string_view body{};
};

// The notes of a run: counts, latencies and the ledger. Owns no socket and reads
// no clock.
//
// Thread-safety: one thread only.
class Recorder {
  public:
    // `schedule` tells which requests are measured. REQUIRES: it lives as long as this.
    Recorder(const LoadOptions& options, const Schedule& schedule);

    void on_sent(base::SteadyTime intended, base::SteadyTime now);

    // Gives the ids to join, none when there is nothing to wait for; valid until the next call.
    std::span<const base::Uuid> on_answer(
        ClientId client, const PostAnswer& answer, base::SteadyTime now
    );

    // The POST had no whole answer.
    void on_broken(std::string_view reason);

    void on_disconnect(std::string_view reason);

    // The join of `id` is sent now.
    void on_join(const base::Uuid& id) { ledger_.join(id); }

    // All sessions lost their connections, and one of them stands again after so long.
    void on_storm() { ++report_.storms; }
    void on_back(std::chrono::microseconds after);

    // True when `event` is the outcome that its request waited for.
    bool on_event(ClientId client, const session::SocketEvent& event, base::SteadyTime now);

    [[nodiscard]] const Ledger& ledger() const { return ledger_; }
    [[nodiscard]] std::uint64_t accepted() const { return accepted_; }

    // The findings until now.
    [[nodiscard]] Report report() const;

    // A part of it, without copying: all but the ledger's.
    [[nodiscard]] const Report& counts() const { return report_; }

  private:
    void note_problem(std::string_view reason);
    bool on_outcome(ClientId client, const base::Uuid& id, Outcome outcome, base::SteadyTime now);

    const Schedule& schedule_;
    Report report_;
    Ledger ledger_;
    std::vector<base::Uuid> ids_;  // Of the last answer.
    std::uint64_t accepted_ = 0;
    std::uint64_t accepted_measured_ = 0;
    base::SteadyTime last_answer_{};
};

// The id in `{"status": "OK", "id": "..."}`; nothing for any other body.
[[nodiscard]] std::optional<base::Uuid> parse_accepted_id(std::string_view body);

// The ids in the JSON API's answer, `{"id": "...", ...}` or an array of them; none for any other
// body.
[[nodiscard]] std::vector<base::Uuid> parse_accepted_json(std::string_view body);

}  // namespace flightcast::loadtest
