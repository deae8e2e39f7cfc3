// SPDX-License-Identifier: Apache-2.0
#include "app/backup/backup.h"

#include <fmt/chrono.h>

#include <array>
#include <boost/json/parse.hpp>
#include <boost/json/serialize.hpp>
#include <boost/json/value.hpp>
#include <chrono>
#include <ctime>
#include <fstream>
#include <iterator>
#include <system_error>

#include "app/serve/watch/data_folder.h"
#include "eventlog/sqlite/sqlite_storage.h"
#include "sqlite/copy.h"
#include "store/sqlite/sqlite_store.h"
#include "telemetry/build_info.h"

namespace flightcast::app::backup {

using base::Errc;
using base::fail;
using base::Result;
namespace fs = std::filesystem;
namespace json = boost::json;

namespace {

constexpr std::int64_t kFormat = 1;
constexpr const char* kDatabase = "flightcast.db";
constexpr const char* kCard = "backup.json";
constexpr std::array kSmallFiles = {"secret", "admin-token"};
constexpr std::uintmax_t kCardBytesMax = 10'000;

Result<void> io(const fs::path& path, const std::error_code& error) {
    if (!error) return {};
    const bool is_full = error == std::errc::no_space_on_device;
    return fail(is_full ? Errc::full : Errc::io, path.string() + ": " + error.message());
}

// A file or folder made step by step under a name of its own, and removed unless it is kept.
class Draft {
  public:
    explicit Draft(fs::path path) : path_(std::move(path)) { remove(); }
    ~Draft() { remove(); }
    Draft(const Draft&) = delete;
    Draft& operator=(const Draft&) = delete;

    [[nodiscard]] const fs::path& path() const { return path_; }

    Result<void> keep_as(const fs::path& place) {
        std::error_code error;
        fs::rename(path_, place, error);
        return io(place, error);
    }

  private:
    void remove() const {
        std::error_code ignored;
        fs::remove_all(path_, ignored);
        for (const char* beside : {"-wal", "-shm"}) fs::remove(path_.string() + beside, ignored);
    }

    fs::path path_;
};

// Those that are there; readable by their owner alone, as they were.
Result<void> copy_small_files(const fs::path& from, const fs::path& to) {
    for (const char* name : kSmallFiles) {
        std::error_code error;
        if (!fs::exists(from / name, error)) continue;
        fs::copy_file(from / name, to / name, fs::copy_options::overwrite_existing, error);
        FC_TRY_VOID(io(to / name, error));
        fs::permissions(to / name, fs::perms::owner_read | fs::perms::owner_write, error);
        FC_TRY_VOID(io(to / name, error));
    }
    return {};
}

Result<void> write_card(const fs::path& path, const Backup& backup) {
    std::ofstream file(path);
    file << json::serialize(
                json::object{
                    {"format", kFormat},
                    {"flightcast", backup.made_by},
                    {"made_at", backup.made_at},
                    {"database_bytes", backup.bytes}
                }
            )
         << "\n";
    file.close();
    if (!file) return fail(Errc::io, path.string() + ": cannot be written");
    return {};
}

Result<Backup> read_card(const fs::path& path) {
    const auto no_backup = [&path](const std::string& why) {
        return fail(
            Errc::invalid_argument,
            path.parent_path().string() + ": is not a backup of flightcast: " + why
        );
    };
    std::error_code error;
    const std::uintmax_t bytes = fs::file_size(path, error);
    if (error) return no_backup("it has no backup.json");
    if (bytes > kCardBytesMax) return no_backup("backup.json is too large");
    std::ifstream file(path);
    const std::string text(std::istreambuf_iterator<char>(file), {});
    const json::value value = json::parse(text, error);
    const json::object* const card = error ? nullptr : value.if_object();
    const json::value* const format = card == nullptr ? nullptr : card->if_contains("format");
    if (format == nullptr || !format->is_int64()) return no_backup("backup.json is invalid");
    if (format->as_int64() > kFormat) {
        return fail(
            Errc::unsupported,
            path.parent_path().string() + ": a newer flightcast made this backup; use that"
        );
    }
    const json::value* const by = card->if_contains("flightcast");
    const json::value* const at = card->if_contains("made_at");
    const json::value* const size = card->if_contains("database_bytes");
    const bool is_whole = by != nullptr && by->is_string() && at != nullptr && at->is_string() &&
                          size != nullptr && size->is_int64();
    if (!is_whole) return no_backup("backup.json is invalid");
    return Backup{
        .made_by = std::string(by->as_string()),
        .made_at = std::string(at->as_string()),
        .bytes = static_cast<std::uintmax_t>(size->as_int64())
    };
}

// Opens the database as a server would: its tables may be those of an older program, and not of a
// newer one.
Result<void> open_as_server(const fs::path& database, const base::Clock& clock) {
    FC_TRY(const auto log, eventlog::sqlite::SqliteStorage::open(database));
    FC_TRY(const auto store, store::sqlite::SqliteStore::open(database, clock));
    return {};
}

}  // namespace

Result<Backup> make_backup(const fs::path& data, const fs::path& to, const base::Clock& clock) {
    std::error_code error;
    if (fs::exists(to, error)) {
        return fail(Errc::already_exists, to.string() + " exists already; name a new folder");
    }
    Draft draft(to.string() + ".partial");
    fs::create_directories(draft.path(), error);
    FC_TRY_VOID(io(draft.path(), error));
    fs::permissions(draft.path(), fs::perms::owner_all, error);
    FC_TRY_VOID(io(draft.path(), error));
    const auto now = std::chrono::floor<std::chrono::seconds>(clock.wall_now());
    const auto seconds = static_cast<std::time_t>(now.time_since_epoch().count());
    FC_TRY_VOID(sqlite::copy_database(data / kDatabase, draft.path() / kDatabase));
    FC_TRY_VOID(sqlite::check_database(draft.path() / kDatabase));
    FC_TRY_VOID(copy_small_files(data, draft.path()));
    Backup made{
        .made_by = std::string(telemetry::build_info().version),
        .made_at = fmt::format("{:%Y-%m-%dT%H:%M:%SZ}", fmt::gmtime(seconds)),
        .bytes = fs::file_size(draft.path() / kDatabase, error)
    };
    FC_TRY_VOID(io(draft.path() / kDatabase, error));
    FC_TRY_VOID(write_card(draft.path() / kCard, made));
    FC_TRY_VOID(draft.keep_as(to));
    return made;
}

Result<Backup> restore_backup(
    const fs::path& from, const fs::path& data, const base::Clock& clock
) {
    FC_TRY(Backup backup, read_card(from / kCard));
    std::error_code error;
    if (fs::file_size(from / kDatabase, error) != backup.bytes || error) {
        return fail(
            Errc::corrupt,
            (from / kDatabase).string() + ": is missing or has not the " +
                std::to_string(backup.bytes) + " bytes that it was made with"
        );
    }
    FC_TRY_VOID(sqlite::check_database(from / kDatabase));
    FC_TRY(const auto folder, serve::DataFolder::open(data));
    if (fs::exists(folder.database(), error)) {
        return fail(
            Errc::already_exists,
            folder.database().string() + ": is there; move it away, or name another --data-dir"
        );
    }
    Draft draft(folder.database().string() + ".restored");
    FC_TRY_VOID(sqlite::copy_database(from / kDatabase, draft.path()));
    FC_TRY_VOID(open_as_server(draft.path(), clock));
    FC_TRY_VOID(copy_small_files(from, data));
    FC_TRY_VOID(draft.keep_as(folder.database()));
    return backup;
}

}  // namespace flightcast::app::backup
