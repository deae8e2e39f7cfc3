// SPDX-License-Identifier: Apache-2.0
//
// The data folder and its contents, read beside a server that may be using it.
#include <fcntl.h>
#include <sys/file.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <memory>
#include <string>
#include <system_error>

#include "app/doctor/doctor_checks.h"
#include "eventlog/local/local_log.h"
#include "eventlog/sqlite/sqlite_storage.h"

namespace flightcast::app::doctor {
namespace {

namespace fs = std::filesystem;
using State = Finding::State;

constexpr const char* kName = "data folder";
constexpr std::uintmax_t kRoomWanted = 1'000'000'000;  // bytes: the usual retention of the log
constexpr std::uintmax_t kRoomNeeded = 50'000'000;
constexpr std::int64_t kWaitingMax = 10'000;  // records; more is worth a word

fs::path folder_of(const Patient& patient) {
    const fs::path& path = patient.options.data_dir;
    return path.empty() ? options::default_data_dir() : path;
}

// `path`, or its nearest parent that exists.
fs::path existing_part(fs::path path) {
    std::error_code error;
    path = fs::absolute(path, error);
    while (!fs::exists(path, error) && path.has_parent_path() && path != path.parent_path()) {
        path = path.parent_path();
    }
    return path;
}

// The process that holds the folder; empty when none does.
std::string holder_of(const fs::path& folder) {
    const fs::path path = folder / "flightcast.lock";
    const int lock = ::open(path.c_str(), O_RDONLY | O_CLOEXEC);
    if (lock < 0) return {};
    const bool held = ::flock(lock, LOCK_SH | LOCK_NB) != 0;
    ::close(lock);  // Gives the lock back.
    if (!held) return {};
    std::string holder = "unknown";
    std::ifstream(path) >> holder;
    return holder;
}

std::vector<Finding> check_room(const fs::path& folder) {
    std::error_code error;
    const fs::space_info room = fs::space(folder, error);
    if (error) return {};
    const std::string text = std::to_string(room.available / 1'000'000) + " MB are free";
    if (room.available >= kRoomWanted) return {{"disk", State::good, text, ""}};
    return {
        {"disk",
         room.available < kRoomNeeded ? State::bad : State::warning,
         text + " at " + folder.string(),
         "make room, or keep less: --log-retention-bytes, --store-retention"}
    };
}

// All topics, ours first.
base::Result<std::vector<eventlog::TopicDescription>> describe_all(
    eventlog::Admin& admin, const std::vector<std::string>& ours
) {
    FC_TRY(std::vector<std::string> names, admin.topics());
    std::ranges::stable_sort(names, {}, [&ours](const std::string& name) {
        return std::ranges::find(ours, name);
    });
    std::vector<eventlog::TopicDescription> all;
    for (const std::string& name : names) {
        FC_TRY(eventlog::TopicDescription topic, admin.describe(name));
        all.push_back(std::move(topic));
    }
    return all;
}

}  // namespace

Finding say_waiting(const std::string& name, std::int64_t waiting) {
    const std::string text = std::to_string(waiting) + " records wait for it";
    if (waiting <= kWaitingMax) return {name, State::good, text, ""};
    return {name, State::warning, text, "is one running? its log says what holds it up"};
}

std::vector<Finding> check_data_folder(const Patient& patient) {
    if (!patient.options.kafka.empty() && !patient.options.mongo.empty()) return {};  // Not used.
    const fs::path folder = folder_of(patient);
    const fs::path place = existing_part(folder);
    const bool exists = place == fs::absolute(folder);
    std::error_code error;
    if (!fs::is_directory(place, error)) {
        return {
            {kName, State::bad, place.string() + " is no folder", "choose another with --data-dir"}
        };
    }
    if (::access(place.c_str(), W_OK | X_OK) != 0) {
        return {
            {kName,
             State::bad,
             "cannot write to " + place.string() + ": " + std::strerror(errno),
             "give this user the right to, or choose another folder with --data-dir"}
        };
    }
    const std::string holder = exists ? holder_of(folder) : std::string();
    std::string what = folder.string();
    what += !exists          ? " will be made"
            : holder.empty() ? " is free"
                             : " is used by process " + holder;
    std::vector<Finding> findings = {{kName, State::good, std::move(what), ""}};
    std::ranges::move(check_room(place), std::back_inserter(findings));
    return findings;
}

std::vector<Finding> check_embedded_topics(const Patient& patient) {
    const options::ServeOptions& options = patient.options;
    const fs::path file = folder_of(patient) / "flightcast.db";
    std::error_code error;
    if (!fs::exists(file, error)) {
        return {{"topics", State::good, "no records yet; the topics will be made", ""}};
    }
    const auto log = [&]() -> base::Result<std::unique_ptr<eventlog::EventLog>> {
        FC_TRY(
            std::unique_ptr<eventlog::local::Storage> storage,
            eventlog::sqlite::SqliteStorage::open_read_only(file)
        );
        return eventlog::local::LocalLog::open(std::move(storage), patient.clock);
    }();
    const auto topics =
        log ? describe_all((*log)->admin(), options.topics().all()) : std::unexpected(log.error());
    if (!topics) {
        return {
            {"topics",
             State::bad,
             topics.error().detail,
             "restore the file from a copy, or move it away to begin anew"}
        };
    }
    std::string names;
    for (const eventlog::TopicDescription& topic : *topics) {
        std::int64_t records = 0;
        for (const auto& range : topic.partitions)
            records += range.end.value() - range.first.value();
        names += (names.empty() ? "" : ", ") + topic.spec.name + " " + std::to_string(records);
    }
    std::vector<Finding> findings = {
        {"topics", State::good, "records: " + (names.empty() ? "none" : names), ""}
    };
    std::ranges::move(
        check_groups((*log)->admin(), options, *topics), std::back_inserter(findings)
    );
    std::ranges::move(
        check_arrivals((*log)->admin(), options, *topics, patient.clock.wall_now()),
        std::back_inserter(findings)
    );
    return findings;
}

}  // namespace flightcast::app::doctor
