// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <string>
#include <vector>

#include "base/limits.h"
#include "flight/prediction_json.h"
#include "flight/topics/topic_set.h"
#include "telemetry/log.h"

namespace flightcast::app::options {

using flight::ResponseFields;

// Whether this process copies outcomes from the log into the store.
enum class Archive { automatic, on, off };

// How Socket.IO clients may connect.
enum class Transports { all, polling, websocket };

// The settings of `flightcast serve`: every option of the table (app/options/option_table.h), typed
// and checked. The defaults here are the defaults of the program.
struct ServeOptions {
    // Where it listens, and its pages and data.
    std::string host = "127.0.0.1";
    std::uint16_t port = 5001;          // 0: the system chooses one
    std::filesystem::path data_dir;     // empty: default_data_dir()
    std::filesystem::path model;        // a bundle's folder; empty: the bundled one
    bool demo = false;                  // plays a week of flights into a folder of its own
    std::filesystem::path web_root;     // a user's own pages; empty: none
    std::filesystem::path secret_file;  // shared by several gateways; empty: in the data folder
    std::string cors_origin;            // "*" or origins joined by commas; empty: no other may
    std::string instance_id;            // empty: host name, role and port

    // Access, and the transports.
    std::filesystem::path tls_cert;          // PEM; empty: plain HTTP
    std::filesystem::path tls_key;           // PEM
    std::string token;                       // that clients must bring; empty: none
    std::filesystem::path token_file;        // holds the token; empty: none
    std::string admin_token;                 // for arrivals; empty: in the data folder
    std::filesystem::path admin_token_file;  // holds it; empty: in the data folder
    bool accept_event_time = false;          // whether clients tell when things happened
    std::string socketio_path = "/socket.io/";
    Transports transports = Transports::all;
    bool upgrades = true;       // from polling to websocket
    std::string cookie;         // with the session's id; empty: none
    std::string event_aliases;  // see gateway/original/event_names.h

    // Its log lines.
    telemetry::LogFormat log_format = telemetry::LogFormat::automatic;
    telemetry::LogLevel log_level = telemetry::LogLevel::info;
    std::string otlp_endpoint;       // "http://host:4318"; empty: nothing is traced
    std::string trace_sample = "1";  // a share of the requests, 0 to 1

    // How long it waits.
    std::chrono::milliseconds accept_timeout = base::limits::kAcceptTimeout;
    std::chrono::milliseconds request_timeout = base::limits::kRequestTimeout;
    std::chrono::milliseconds drain_timeout = base::limits::kDrainTimeout;
    std::chrono::milliseconds replay_window = base::limits::kReplayWindow;
    std::chrono::milliseconds ping_interval = std::chrono::seconds(25);
    std::chrono::milliseconds ping_timeout = std::chrono::seconds(20);
    std::chrono::milliseconds upgrade_timeout = std::chrono::seconds(10);
    std::chrono::milliseconds connect_timeout = std::chrono::seconds(45);
    std::chrono::milliseconds packet_timeout = std::chrono::seconds(30);
    std::chrono::milliseconds close_timeout = std::chrono::seconds(30);
    std::chrono::milliseconds head_timeout = std::chrono::seconds(10);
    std::chrono::milliseconds body_timeout = std::chrono::seconds(30);
    std::chrono::milliseconds idle_timeout = std::chrono::seconds(75);
    std::chrono::milliseconds send_timeout = std::chrono::seconds(30);

    // How much it holds.
    std::size_t cache_bytes = base::limits::kOutcomeCacheBytesMax;
    std::size_t max_payload = base::limits::kMessageBytesMax;  // bytes
    std::size_t connections_max = base::limits::kConnectionsMax;
    std::size_t sessions_max = base::limits::kSessionsMax;
    std::size_t half_open_max = base::limits::kHalfOpenMax;
    std::size_t upgrades_max = base::limits::kHalfOpenMax;
    std::size_t rooms_max = base::limits::kRoomsPerSocketMax;  // of one client
    std::size_t waiters_max = base::limits::kWaitersMax;
    std::size_t send_queue_bytes = base::limits::kSendQueueBytesMax;  // of one client
    std::size_t header_bytes_max = base::limits::kHttpHeaderBytesMax;
    std::size_t headers_max = base::limits::kHttpHeadersMax;
    std::size_t request_rate = 0;    // per second and address; 0: as many as one likes
    std::size_t handshake_rate = 0;  // the same, of Socket.IO sessions
    std::chrono::milliseconds log_retention = std::chrono::days(7);
    std::size_t log_retention_bytes = 1'000'000'000;
    std::chrono::milliseconds store_retention{0};  // 0: kept for ever

    // Which log and store.
    std::string kafka;                       // "host:port,host:port"; empty: the data folder
    std::vector<std::string> kafka_options;  // "name=value", settings of librdkafka
    std::string kafka_user;
    std::string kafka_password;
    std::filesystem::path kafka_password_file;
    bool exactly_once = false;
    bool original_readers = false;
    std::chrono::milliseconds answer_delay{0};  // see age_when_answered()
    std::string mongo;  // a connection string; empty: the data folder, or no store
    std::string mongo_password;
    std::filesystem::path mongo_password_file;
    std::string mongo_database = "agile_data_science";
    std::string prediction_collection = "flight_delay_ml_response";
    std::string failure_collection = "flight_delay_ml_failure";
    std::string distance_collection = "origin_dest_distances";
    std::chrono::milliseconds distance_refresh = std::chrono::minutes(10);
    Archive archive = Archive::automatic;
    bool create_topics = true;
    std::size_t partitions = 4;   // of topics that are created in Kafka
    std::size_t replication = 0;  // of the same; 0: as the brokers do it
    std::string scorer_group = "flightcast-scorer";
    std::string archiver_group = "flightcast-archiver";
    std::string evaluator_group = "flightcast-evaluator";
    std::string shadow_group = "flightcast-shadow";
    std::string decider_group = "flightcast-decider";
    std::string historian_group = "flightcast-historian";
    std::chrono::milliseconds arrival_horizon = base::limits::kArrivalHorizon;
    std::string arrival_sources;        // joined by commas, the best first; empty: all alike
    std::uint16_t operations_port = 0;  // of a scorer; 0: none

    // How records look and where they stand.
    ResponseFields response_fields = ResponseFields::all;
    std::string timezone = "UTC";  // a name of the tz database
    std::string request_topic = "flight-delay-ml-request";
    std::string response_topic = "flight-delay-ml-response";
    std::string dead_letter_topic = "flight-delay-ml-dead-letter";
    std::string arrival_topic = "flight-delay-ml-arrival";
    std::string evaluation_topic = "flight-delay-ml-evaluation";
    std::string models_topic = "flight-delay-ml-models";
    std::string model_parts_topic = "flight-delay-ml-model-parts";
    std::string shadow_topic = "flight-delay-ml-shadow";

    // How old a request is when it is answered. The original web server drops an answer that comes
    // before its page has joined, which it does once it has the answer of its POST.
    [[nodiscard]] std::chrono::milliseconds age_when_answered() const {
        constexpr std::chrono::milliseconds kForOriginalPages{500};
        return original_readers && answer_delay.count() == 0 ? kForOriginalPages : answer_delay;
    }

    // The data folder in force.
    [[nodiscard]] std::filesystem::path data_folder() const;

    // The names in `arrival_sources`.
    [[nodiscard]] std::vector<std::string> ranked_sources() const;

    [[nodiscard]] flight::TopicSet topics() const {
        return {
            .request = request_topic,
            .response = response_topic,
            .dead_letter = dead_letter_topic,
            .arrival = arrival_topic,
            .evaluation = evaluation_topic,
            .models = models_topic,
            .shadow = shadow_topic,
            .model_parts = model_parts_topic
        };
    }

    bool operator==(const ServeOptions&) const = default;
};

// Where data is kept when nothing else is said: $XDG_DATA_HOME/flightcast, else
// ~/.local/share/flightcast, else flightcast-data in the current folder.
[[nodiscard]] std::filesystem::path default_data_dir();

}  // namespace flightcast::app::options
