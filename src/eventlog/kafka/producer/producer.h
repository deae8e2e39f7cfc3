// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <atomic>
#include <cstddef>
#include <functional>
#include <memory>
#include <mutex>
#include <string>
#include <string_view>
#include <thread>
#include <vector>

#include "base/result.h"
#include "eventlog/event_log.h"
#include "eventlog/kafka/client/client.h"
#include "eventlog/kafka/client/kafka_options.h"
#include "eventlog/kafka/client/settings.h"
#include "eventlog/kafka/producer/losses.h"
#include "eventlog/membership/port.h"

namespace flightcast::eventlog::kafka {

// An idempotent producer that writers and group members of a log share, and the one thread on which
// their records' completions come.
//
// When its client loses count with a broker (Losses), it is replaced by a new one; what was under
// way fails with Errc::unavailable: nobody knows what of it got into the log.
//
// Thread-safety: any thread may call any member.
class Producer final : private ClientEvents {
  public:
    // REQUIRES: options and trouble outlive the producer; the role is one of a producer.
    [[nodiscard]] static base::Result<std::unique_ptr<Producer>> open(
        const KafkaOptions& options, Trouble& trouble, Role role = Role::producer
    );
    // Gives what is under way a last chance, then completes the rest with Errc::closed.
    ~Producer() override;

    using Reports = membership::AppendPort::Reports;

    // Sends `records` in order; `done` is called on the producer's thread when each is acknowledged
    // or given up. After an error nothing is sent: Errc::full, Errc::invalid_argument,
    // Errc::unavailable, Errc::closed (this producer will never work again).
    base::Result<void> send(const std::vector<NewRecord>& records, Reports done);

    // For questions to the brokers. Not to be kept: it may be replaced, and ends when nobody has
    // it.
    [[nodiscard]] std::shared_ptr<rd_kafka_t> client() const;
    [[nodiscard]] std::size_t records_in_flight() const { return in_flight_; }

  private:
    struct Batch;
    struct Session;

    Producer(const KafkaOptions& options, Trouble& trouble, Role role);
    void delivered(const rd_kafka_message_t& message) override;
    void broken(rd_kafka_resp_err_t cause, std::string_view reason) override;
    [[nodiscard]] base::Error failure(rd_kafka_resp_err_t code, const std::string& what) const;
    void settle(Batch* batch, std::size_t records);
    void post(std::function<void()> task);
    void run();
    bool run_tasks();
    base::Result<std::shared_ptr<Session>> make_session();
    [[nodiscard]] std::shared_ptr<Session> session() const;
    void replace_session();
    void retire_sessions();

    const KafkaOptions& options_;
    const Role role_;
    std::atomic<std::size_t> in_flight_ = 0;  // records sent and not completed
    std::atomic<bool> stopping_ = false;

    // Of the thread.
    bool is_broken_ = false;  // the session is to be replaced
    Losses losses_;
    std::vector<std::shared_ptr<Session>> retired_;

    mutable std::mutex mutex_;
    std::shared_ptr<Session> session_;          // guarded by mutex_
    std::vector<std::function<void()>> tasks_;  // guarded by mutex_

    std::thread thread_;
};

}  // namespace flightcast::eventlog::kafka
