// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <librdkafka/rdkafka.h>

#include <atomic>
#include <functional>
#include <map>
#include <mutex>
#include <optional>
#include <string>
#include <string_view>

#include "base/clock.h"
#include "base/result.h"
#include "eventlog/kafka/client/kafka_options.h"
#include "eventlog/membership/port.h"

namespace flightcast::eventlog::kafka {

// What Kafka, or the way to it, last complained about. librdkafka tells why it cannot work (a wrong
// password, a host that does not resolve) only on the side, while the call that suffers from it
// just times out: so it is remembered here and joined to the error that people see.
//
// Thread-safety: any thread may call any member.
class Trouble final : public membership::Standing {
  public:
    Trouble(std::string brokers, Notice notice, const base::Clock& clock, Measured measured = {});

    void note(rd_kafka_resp_err_t code, std::string_view reason);
    // For good: this process cannot go on with this log.
    void note_fatal(rd_kafka_resp_err_t code, std::string_view reason);
    // A broker did its work.
    void all_is_well();

    [[nodiscard]] std::optional<base::Error> latest() const;
    [[nodiscard]] std::optional<base::Error> fatal() const;

    // `what` failed with `code`: an error with the latest trouble in it, where that explains it.
    [[nodiscard]] base::Error explain(rd_kafka_resp_err_t code, std::string_view what) const;

    // A lasting trouble, which is the latest as long as it lasts.
    void stand(std::string_view key, std::string text) override;
    void tell(std::string text) override { tell(NoticeLevel::warning, "Kafka: " + text); }
    void fatal(base::Error error) override;

    // Passes a word on to whoever runs this.
    void tell(NoticeLevel level, const std::string& text) const;

    // The same of figures.
    void measured(const ClientFigures& grown) const;

  private:
    const std::string brokers_;
    const Notice notice_;
    const base::Clock& clock_;
    const Measured measured_;
    std::atomic<bool> troubled_ = false;  // whether latest_ holds something: all_is_well() is hot

    mutable std::mutex mutex_;
    std::optional<base::Error> latest_;                         // guarded by mutex_
    std::optional<base::Error> fatal_;                          // guarded by mutex_
    std::map<std::string, std::string, std::less<>> standing_;  // guarded by mutex_: by key
    rd_kafka_resp_err_t told_{};     // guarded by mutex_: not to be told again
    base::SteadyTime told_until_{};  // guarded by mutex_
};

// The kind of failure that a code of librdkafka's is.
[[nodiscard]] base::Errc errc_of(rd_kafka_resp_err_t code);

// "Broker: Unknown topic or partition", with what to do about it where that is known.
[[nodiscard]] std::string text_of(rd_kafka_resp_err_t code);

}  // namespace flightcast::eventlog::kafka
