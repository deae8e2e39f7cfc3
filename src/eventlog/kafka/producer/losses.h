// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <librdkafka/rdkafka.h>

#include <string>
#include <string_view>

#include "eventlog/kafka/client/trouble.h"

namespace flightcast::eventlog::kafka {

// Whether a producing client that broke is to be replaced by a new one.
//
// librdkafka before 2.3 loses count with a broker that hangs and comes back (its pull request 4438)
// and then refuses all work for good; a new client starts to count anew. All other reasons would
// break that one, too: they are fatal.
//
// Thread-safety: one thread at a time.
class Losses {
  public:
    // REQUIRES: `trouble` outlives it.
    explicit Losses(Trouble& trouble) : trouble_(trouble) {}

    // Called once for each client that broke; whoever runs this is told what follows.
    bool is_to_be_replaced(rd_kafka_resp_err_t cause, std::string_view reason) {
        if (cause != RD_KAFKA_RESP_ERR_OUT_OF_ORDER_SEQUENCE_NUMBER || ++in_a_row_ > kMax) {
            trouble_.note_fatal(cause, reason);
            return false;
        }
        std::string text = "the producer lost count with a broker and is replaced: ";
        text += reason;
        trouble_.note(cause, text);
        return true;
    }
    // The client got something done.
    void all_is_well() { in_a_row_ = 0; }

  private:
    static constexpr int kMax = 3;  // more are no broker that hung

    Trouble& trouble_;
    int in_a_row_ = 0;
};

}  // namespace flightcast::eventlog::kafka
