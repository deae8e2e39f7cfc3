// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <map>
#include <mutex>
#include <string>
#include <utility>

#include "eventlog/kafka/client/handles.h"
#include "eventlog/record.h"

namespace flightcast::eventlog::kafka {

// A client that appends. It names topics to librdkafka by handles, which has a new one looked up at
// once: of a name alone librdkafka thinks when its clock ticks next, up to a second later.
//
// Thread-safety: any thread may call any member.
class ProducingClient {
  public:
    explicit ProducingClient(ClientHandle client) : client_(std::move(client)) {}

    [[nodiscard]] rd_kafka_t* get() const { return client_.get(); }

    // Gives the client away; nothing else may be called after that.
    [[nodiscard]] ClientHandle release() && {
        topics_.clear();
        return std::move(client_);
    }

    // Hands a copy of `record` over; its delivery report carries `opaque`.
    [[nodiscard]] rd_kafka_resp_err_t produce(const NewRecord& record, void* opaque);

  private:
    // Null: rd_kafka_last_error() says why.
    rd_kafka_topic_t* topic(const std::string& name);

    ClientHandle client_;
    std::mutex mutex_;
    std::map<std::string, TopicHandle> topics_;  // guarded by mutex_: all that were appended to
};

}  // namespace flightcast::eventlog::kafka
