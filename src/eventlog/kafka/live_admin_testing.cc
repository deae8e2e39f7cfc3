// SPDX-License-Identifier: Apache-2.0
#include "eventlog/kafka/live_admin_testing.h"

#include <gtest/gtest.h>

#include <chrono>
#include <memory>

#include "base/clock.h"
#include "eventlog/kafka/admin/admin_call.h"
#include "eventlog/kafka/client/client.h"
#include "eventlog/kafka/client/partition_lists.h"
#include "eventlog/kafka/client/settings.h"
#include "eventlog/kafka/live_kafka_testing.h"

namespace flightcast::eventlog::kafka {
namespace {

using namespace std::chrono_literals;

using NewTopicHandle = Handle<rd_kafka_NewTopic_t, rd_kafka_NewTopic_destroy>;
using DeleteTopicHandle = Handle<rd_kafka_DeleteTopic_t, rd_kafka_DeleteTopic_destroy>;
using DeleteHandle = Handle<rd_kafka_DeleteRecords_t, rd_kafka_DeleteRecords_destroy>;

// A client for one request.
struct LiveAdmin {
    base::SystemClock clock;
    Trouble trouble{live_brokers(), {}, clock};
    ClientEvents events{trouble};
    ClientHandle client =
        make_client(RD_KAFKA_PRODUCER, *make_conf(test_options(), Role::producer), events).value();
};

}  // namespace

void create_with(const std::string& topic, const std::map<std::string, std::string>& settings) {
    LiveAdmin admin;
    const NewTopicHandle made(rd_kafka_NewTopic_new(topic.c_str(), 1, -1, nullptr, 0));
    for (const auto& [name, value] : settings) {
        rd_kafka_NewTopic_set_config(made.get(), name.c_str(), value.c_str());
    }
    const auto send = [&](const rd_kafka_AdminOptions_t* options, rd_kafka_queue_t* queue) {
        rd_kafka_NewTopic_t* all = made.get();
        rd_kafka_CreateTopics(admin.client.get(), &all, 1, options, queue);
    };
    EXPECT_TRUE(admin_call(*admin.client, admin.trouble, 30s, "creating a topic", send));
}

void delete_before(const Position& position) {
    LiveAdmin admin;
    const DeleteHandle before(rd_kafka_DeleteRecords_new(list_of(std::span(&position, 1)).get()));
    const auto send = [&](const rd_kafka_AdminOptions_t* options, rd_kafka_queue_t* queue) {
        rd_kafka_DeleteRecords_t* all = before.get();
        rd_kafka_DeleteRecords(admin.client.get(), &all, 1, options, queue);
    };
    EXPECT_TRUE(admin_call(*admin.client, admin.trouble, 30s, "deleting records", send));
}

void delete_topic(const std::string& topic) {
    LiveAdmin admin;
    const DeleteTopicHandle deleted(rd_kafka_DeleteTopic_new(topic.c_str()));
    const auto send = [&](const rd_kafka_AdminOptions_t* options, rd_kafka_queue_t* queue) {
        rd_kafka_DeleteTopic_t* all = deleted.get();
        rd_kafka_DeleteTopics(admin.client.get(), &all, 1, options, queue);
    };
    EXPECT_TRUE(admin_call(*admin.client, admin.trouble, 30s, "deleting a topic", send));
}

struct OpenTransaction::Parts {
    LiveAdmin consumer;
    ClientHandle client;
};

OpenTransaction::OpenTransaction(const std::string& group, const Position& position)
    : parts_(std::make_unique<Parts>()) {
    const OwnSettings own = {
        {"transactional.id", group + "-stranger"}, {"transaction.timeout.ms", "60000"}
    };
    parts_->client = make_client(
                         RD_KAFKA_PRODUCER,
                         *make_conf(test_options(), Role::producer, own),
                         parts_->consumer.events
    )
                         .value();
    rd_kafka_t* const client = parts_->client.get();
    const auto expect_done = [](rd_kafka_error_t* error) {
        const ErrorHandle owned(error);
        EXPECT_FALSE(owned) << rd_kafka_error_string(error);
    };
    expect_done(rd_kafka_init_transactions(client, 30'000));
    expect_done(rd_kafka_begin_transaction(client));
    rd_kafka_consumer_group_metadata_t* const member =
        rd_kafka_consumer_group_metadata_new(group.c_str());
    expect_done(rd_kafka_send_offsets_to_transaction(
        client, list_of(std::span(&position, 1)).get(), member, 30'000
    ));
    rd_kafka_consumer_group_metadata_destroy(member);
}

OpenTransaction::~OpenTransaction() = default;

void OpenTransaction::abort() {
    const ErrorHandle error(rd_kafka_abort_transaction(parts_->client.get(), 30'000));
    EXPECT_FALSE(error);
}

}  // namespace flightcast::eventlog::kafka
