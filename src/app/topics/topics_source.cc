// SPDX-License-Identifier: Apache-2.0
#include "app/topics/topics_source.h"

#include <chrono>
#include <condition_variable>
#include <filesystem>
#include <mutex>
#include <thread>
#include <utility>
#include <vector>

#include "app/serve/deployment.h"
#include "eventlog/kafka/admin/kafka_admin.h"
#include "eventlog/kafka/kafka_log.h"
#include "eventlog/local/local_log.h"
#include "eventlog/sqlite/sqlite_storage.h"

namespace flightcast::app::topics {

using base::Errc;
using base::fail;
using base::Result;

namespace {

using namespace std::chrono_literals;

// How often another process's file is looked at; only the process that writes it is told at once.
constexpr auto kLookAgainAfter = 200ms;
// A signal that ends the program is noticed this late.
constexpr auto kWaitMax = 500ms;

class KafkaSource final : public TopicsSource {
  public:
    explicit KafkaSource(std::unique_ptr<eventlog::kafka::KafkaLog> log) : log_(std::move(log)) {}

    eventlog::EventLog& log() override { return *log_; }
    eventlog::kafka::KafkaLog* kafka() override { return log_.get(); }

    Result<void> set_retention(
        const std::string& topic, std::optional<std::chrono::milliseconds> retention
    ) override {
        return log_->kafka_admin().set_retention(topic, retention);
    }

    Result<void> wait(std::unique_ptr<eventlog::Reader>& reader) override {
        reader->on_ready([this] {
            {
                const std::lock_guard lock(mutex_);
                is_ready_ = true;
            }
            ready_.notify_one();
        });
        std::unique_lock lock(mutex_);
        ready_.wait_for(lock, kWaitMax, [this] { return is_ready_; });
        is_ready_ = false;
        return {};
    }

  private:
    std::mutex mutex_;
    std::condition_variable ready_;
    bool is_ready_ = false;  // guarded by mutex_
    std::unique_ptr<eventlog::kafka::KafkaLog> log_;
};

class EmbeddedSource final : public TopicsSource {
  public:
    EmbeddedSource(std::filesystem::path file, const base::Clock& clock)
        : file_(std::move(file)), clock_(clock) {}

    Result<void> open() {
        FC_TRY(storage_, eventlog::sqlite::SqliteStorage::open_read_only(file_));
        return look_again();
    }
    eventlog::EventLog& log() override { return *log_; }

    Result<void> set_retention(
        const std::string& topic, std::optional<std::chrono::milliseconds> retention
    ) override {
        FC_TRY_VOID(eventlog::sqlite::SqliteStorage::set_retention(file_, topic, retention));
        return look_again();
    }

    Result<void> wait(std::unique_ptr<eventlog::Reader>& reader) override {
        std::this_thread::sleep_for(kLookAgainAfter);
        const std::vector<eventlog::Position> positions = reader->positions();
        std::vector<std::string> topics;
        for (const eventlog::Position& position : positions) {
            if (topics.empty() || topics.back() != position.at.topic) {
                topics.push_back(position.at.topic);
            }
        }
        reader.reset();
        FC_TRY_VOID(look_again());
        FC_TRY(
            reader,
            log_->open_reader({.topics = topics, .start = eventlog::FromPositions{positions}})
        );
        return {};
    }

  private:
    Result<void> look_again() {
        FC_TRY(log_, eventlog::local::LocalLog::open(*storage_, clock_));
        return {};
    }

    const std::filesystem::path file_;
    const base::Clock& clock_;
    std::unique_ptr<eventlog::sqlite::SqliteStorage> storage_;
    std::unique_ptr<eventlog::local::LocalLog> log_;
};

}  // namespace

Result<std::unique_ptr<TopicsSource>> TopicsSource::open(
    const options::ServeOptions& options, const base::Clock& clock
) {
    if (!options.kafka.empty()) {
        FC_TRY(eventlog::kafka::KafkaOptions chosen, serve::kafka_options(options));
        FC_TRY(auto log, eventlog::kafka::KafkaLog::open(std::move(chosen), clock));
        return std::make_unique<KafkaSource>(std::move(log));
    }
    const std::filesystem::path folder =
        options.data_dir.empty() ? options::default_data_dir() : options.data_dir;
    const std::filesystem::path file = folder / "flightcast.db";
    if (!std::filesystem::exists(file)) {
        return fail(
            Errc::not_found,
            "there is no event log in " + folder.string() +
                ": name its folder with --data-dir, or a cluster with --kafka"
        );
    }
    auto source = std::make_unique<EmbeddedSource>(file, clock);
    FC_TRY_VOID(source->open());
    return source;
}

}  // namespace flightcast::app::topics
