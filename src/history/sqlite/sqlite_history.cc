// SPDX-License-Identifier: Apache-2.0
//
// Tables: arrival(place, key, reported_us, stored_ms, json), one row for each flight, source and
// part; evaluation(place, id, model, revision, verdict, observed, minute, stored_ms, json), one for
// each prediction and model, `minute` that of its first revision; and evaluation_day(day, model,
// judged, accuracy, log_loss, sums), `day` since the epoch. The figures there are for people;
// `sums` has all that they follow from (performance/model_sums.h). Rows stand in the order of their
// arrival, behind an index on their keys, as outcomes do (store/sqlite/sqlite_store.cc).
#include "history/sqlite/sqlite_history.h"

#include <array>
#include <charconv>
#include <optional>

#include "text/number_text.h"

namespace flightcast::history::sqlite {

using base::Result;
using flightcast::sqlite::Database;
using flightcast::sqlite::Statement;
using flightcast::sqlite::Transaction;
using performance::Counted;
using performance::ModelSums;
using performance::Sign;

namespace {

constexpr std::array kHistorySchema = {
    R"(CREATE TABLE arrival(
           place INTEGER PRIMARY KEY, key TEXT NOT NULL, reported_us INTEGER NOT NULL,
           stored_ms INTEGER NOT NULL, json TEXT NOT NULL);
       CREATE UNIQUE INDEX arrival_key ON arrival(key);
       CREATE TABLE evaluation(
           place INTEGER PRIMARY KEY, id BLOB NOT NULL, model TEXT NOT NULL,
           revision INTEGER NOT NULL, verdict INTEGER NOT NULL, observed INTEGER NOT NULL,
           minute INTEGER NOT NULL, stored_ms INTEGER NOT NULL, json TEXT NOT NULL);
       CREATE UNIQUE INDEX evaluation_id ON evaluation(id, model);
       CREATE TABLE evaluation_day(
           day INTEGER NOT NULL, model TEXT NOT NULL, judged INTEGER NOT NULL, accuracy TEXT,
           log_loss TEXT, sums TEXT NOT NULL, PRIMARY KEY(day, model)) WITHOUT ROWID;)",
};

std::int64_t ms_of(base::WallTime time) {
    return std::chrono::floor<std::chrono::milliseconds>(time).time_since_epoch().count();
}

std::string digits_of(double value) {
    std::string text;
    text::append_java_double(text, value);
    return text;
}

base::Error damaged(const std::string& model) {
    return {base::Errc::corrupt, "the daily sums of model '" + model + "' cannot be read"};
}

}  // namespace

SqliteHistory::SqliteHistory(const base::Clock& clock, Database writer, Database reader)
    : clock_(clock), writer_(std::move(writer)), reader_(std::move(reader)) {}

Result<void> SqliteHistory::prepare() {
    FC_TRY(
        put_arrival_,
        writer_.prepare(
            "INSERT INTO arrival(key, reported_us, stored_ms, json) VALUES(?, ?, ?, ?) "
            "ON CONFLICT(key) DO UPDATE SET reported_us = excluded.reported_us, "
            "json = excluded.json WHERE excluded.reported_us >= reported_us"
        )
    );
    FC_TRY(
        find_evaluation_,
        writer_.prepare(
            "SELECT place, revision, verdict, observed, minute FROM evaluation "
            "WHERE id = ? AND model = ?"
        )
    );
    FC_TRY(
        insert_evaluation_,
        writer_.prepare(
            "INSERT INTO evaluation(id, model, revision, verdict, observed, minute, stored_ms, "
            "json) VALUES(?, ?, ?, ?, ?, ?, ?, ?)"
        )
    );
    FC_TRY(
        update_evaluation_,
        writer_.prepare(
            "UPDATE evaluation SET revision = ?, verdict = ?, observed = ?, json = ? "
            "WHERE place = ?"
        )
    );
    FC_TRY(
        find_sums_, writer_.prepare("SELECT sums FROM evaluation_day WHERE day = ? AND model = ?")
    );
    FC_TRY(
        put_sums_, writer_.prepare("INSERT OR REPLACE INTO evaluation_day VALUES(?, ?, ?, ?, ?, ?)")
    );
    return {};
}

Result<std::unique_ptr<SqliteHistory>> SqliteHistory::open(
    const std::filesystem::path& file, const base::Clock& clock
) {
    FC_TRY(Database writer, Database::open(file));
    // The rows can be copied again from the log, so they need not wait for the disk.
    FC_TRY_VOID(writer.run("PRAGMA wal_autocheckpoint=0; PRAGMA synchronous=NORMAL"));
    FC_TRY_VOID(flightcast::sqlite::migrate(writer, "history", kHistorySchema));
    FC_TRY_VOID(writer.guard_files());
    FC_TRY(Database reader, Database::open(file, {.read_only = true}));
    std::unique_ptr<SqliteHistory> history(
        new SqliteHistory(clock, std::move(writer), std::move(reader))
    );
    FC_TRY_VOID(history->prepare());
    return history;
}

Result<std::unique_ptr<SqliteHistory>> SqliteHistory::open_read_only(
    const std::filesystem::path& file, const base::Clock& clock
) {
    FC_TRY(Database writer, Database::open(file, {.read_only = true}));
    FC_TRY(Database reader, Database::open(file, {.read_only = true}));
    FC_TRY(
        Statement tables,
        reader.prepare("SELECT 1 FROM sqlite_master WHERE type = 'table' AND name = 'arrival'")
    );
    FC_TRY(const bool is_there, tables.step());
    if (!is_there) {
        return base::fail(
            base::Errc::not_found,
            file.string() + " keeps no arrivals yet; a server of this version makes the tables"
        );
    }
    return std::unique_ptr<SqliteHistory>(
        new SqliteHistory(clock, std::move(writer), std::move(reader))
    );
}

std::int64_t SqliteHistory::now_ms() const {
    return ms_of(clock_.wall_now());
}

Result<void> SqliteHistory::put_arrivals(const std::vector<ArrivalRow>& rows) {
    if (rows.empty()) return {};
    const std::int64_t now = now_ms();
    const std::lock_guard lock(writer_mutex_);
    FC_TRY(Transaction transaction, Transaction::begin(writer_));
    for (const ArrivalRow& row : rows) {
        put_arrival_.bind_borrowed(1, row.key);
        put_arrival_.bind(2, row.reported_at.time_since_epoch().count());
        put_arrival_.bind(3, now);
        put_arrival_.bind_borrowed(4, row.json);
        FC_TRY_VOID(put_arrival_.run());
    }
    return transaction.commit_for_good();
}

Result<void> SqliteHistory::put_evaluations(const std::vector<EvaluationRow>& rows) {
    if (rows.empty()) return {};
    const std::lock_guard lock(writer_mutex_);
    FC_TRY(Transaction transaction, Transaction::begin(writer_));
    SumsByDay sums;
    for (const EvaluationRow& row : rows) FC_TRY_VOID(put(row, sums));
    FC_TRY_VOID(store(sums));
    return transaction.commit_for_good();
}

Result<void> SqliteHistory::put(const EvaluationRow& row, SumsByDay& sums) {
    const judging::Evaluation& evaluation = row.evaluation;
    Counted fresh = performance::counted_of(evaluation);
    find_evaluation_.bind_blob(1, evaluation.id.bytes);
    find_evaluation_.bind_borrowed(2, evaluation.model);
    const Result<bool> found = find_evaluation_.step();
    if (!found) return std::unexpected(found.error());
    const bool is_known = *found;
    const std::int64_t place = is_known ? find_evaluation_.integer(0) : 0;
    Counted known;
    if (is_known) {
        known = {
            .minute = static_cast<std::int32_t>(find_evaluation_.integer(4)),
            .revision = static_cast<std::uint16_t>(find_evaluation_.integer(1)),
            .verdict = static_cast<std::uint8_t>(find_evaluation_.integer(2)),
            .observed = static_cast<std::uint8_t>(find_evaluation_.integer(3))
        };
    }
    find_evaluation_.reset();
    if (is_known && fresh.revision <= known.revision) return {};
    if (is_known) fresh.minute = known.minute;
    FC_TRY(ModelSums* const day, sums_of(day_of_minute(fresh.minute), evaluation.model, sums));
    if (is_known) day->count(evaluation, known, Sign::minus);
    day->count(evaluation, fresh, Sign::plus);
    if (!is_known) return insert(row, fresh);
    update_evaluation_.bind(1, fresh.revision);
    update_evaluation_.bind(2, fresh.verdict);
    update_evaluation_.bind(3, fresh.observed);
    update_evaluation_.bind_borrowed(4, row.json);
    update_evaluation_.bind(5, place);
    return update_evaluation_.run();
}

Result<void> SqliteHistory::insert(const EvaluationRow& row, const Counted& counted) {
    insert_evaluation_.bind_blob(1, row.evaluation.id.bytes);
    insert_evaluation_.bind_borrowed(2, row.evaluation.model);
    insert_evaluation_.bind(3, counted.revision);
    insert_evaluation_.bind(4, counted.verdict);
    insert_evaluation_.bind(5, counted.observed);
    insert_evaluation_.bind(6, counted.minute);
    insert_evaluation_.bind(7, now_ms());
    insert_evaluation_.bind_borrowed(8, row.json);
    return insert_evaluation_.run();
}

// Those of the table, until store() writes them back.
Result<ModelSums*> SqliteHistory::sums_of(
    std::int32_t day, const std::string& model, SumsByDay& sums
) {
    const auto [place, is_new] = sums.try_emplace({day, model});
    if (!is_new) return &place->second;
    find_sums_.bind(1, day);
    find_sums_.bind_borrowed(2, model);
    const Result<bool> found = find_sums_.step();
    std::optional<ModelSums> known = ModelSums();
    if (found && *found) known = performance::decode_sums(find_sums_.text(0));
    find_sums_.reset();
    if (!found) return std::unexpected(found.error());
    if (!known) return std::unexpected(damaged(model));
    place->second = *known;
    return &place->second;
}

Result<void> SqliteHistory::store(const SumsByDay& sums) {
    for (const auto& [key, of_day] : sums) {
        const auto rows = static_cast<std::int64_t>(of_day.tally.rows());
        const figures::Figures figures = of_day.tally.figures();
        const bool has_losses = figures.rows_with_probabilities > 0;
        const std::optional<std::string> accuracy =
            rows > 0 ? std::optional(digits_of(figures.accuracy)) : std::nullopt;
        const std::optional<std::string> loss =
            has_losses ? std::optional(digits_of(figures.log_loss)) : std::nullopt;
        put_sums_.bind(1, key.first);
        put_sums_.bind_borrowed(2, key.second);
        put_sums_.bind(3, rows);
        put_sums_.bind(4, accuracy);
        put_sums_.bind(5, loss);
        put_sums_.bind(6, std::optional(performance::encode_sums(of_day)));
        FC_TRY_VOID(put_sums_.run());
    }
    return {};
}

Result<std::vector<DaySums>> SqliteHistory::day_sums(std::int32_t first, std::int32_t last) {
    const std::lock_guard lock(reader_mutex_);
    FC_TRY(
        Statement select,
        reader_.prepare(
            "SELECT day, model, sums FROM evaluation_day WHERE day BETWEEN ? AND ? "
            "ORDER BY day, model"
        )
    );
    select.bind(1, first);
    select.bind(2, last);
    std::vector<DaySums> days;
    while (true) {
        FC_TRY(const bool more, select.step());
        if (!more) return days;
        std::string model = select.text(1);
        const auto sums = performance::decode_sums(select.text(2));
        if (!sums) return std::unexpected(damaged(model));
        days.push_back(
            {.day = static_cast<std::int32_t>(select.integer(0)),
             .model = std::move(model),
             .sums = *sums}
        );
    }
}

Result<Page> SqliteHistory::page(List list, std::string_view from, std::size_t records_max) {
    std::int64_t place = 0;
    const auto [end, error] = std::from_chars(from.data(), from.data() + from.size(), place);
    if (!from.empty() && (error != std::errc() || end != from.data() + from.size())) {
        return base::fail(
            base::Errc::invalid_argument, "'" + std::string(from) + "' is no place in the list"
        );
    }
    const std::lock_guard lock(reader_mutex_);
    const std::string table = list == List::arrivals ? "arrival" : "evaluation";
    FC_TRY(
        Statement select,
        reader_.prepare(
            "SELECT place, json FROM " + table + " WHERE place >= ? ORDER BY place LIMIT ?"
        )
    );
    select.bind(1, place);
    select.bind(2, static_cast<std::int64_t>(records_max) + 1);
    Page page;
    while (true) {
        FC_TRY(const bool more, select.step());
        if (!more) return page;
        if (page.records.size() == records_max) {
            page.next = std::to_string(select.integer(0));
            return page;
        }
        page.records.push_back(select.text(1));
    }
}

Result<std::size_t> SqliteHistory::trim(const Oldest& oldest, std::size_t rows_max) {
    const std::lock_guard lock(writer_mutex_);
    FC_TRY(const std::size_t arrivals, trim_table("arrival", oldest.arrivals, rows_max));
    FC_TRY(const std::size_t evaluations, trim_table("evaluation", oldest.evaluations, rows_max));
    return arrivals + evaluations;
}

// The oldest rows are first, so looking at those few is enough.
Result<std::size_t> SqliteHistory::trim_table(
    const char* table, base::WallTime oldest, std::size_t rows_max
) {
    const std::string name(table);
    FC_TRY(
        Statement first,
        writer_.prepare("SELECT stored_ms FROM " + name + " ORDER BY place LIMIT 1")
    );
    FC_TRY(const bool has_some, first.step());
    if (!has_some || first.integer(0) >= ms_of(oldest)) return 0;
    first.reset();
    FC_TRY(
        Statement remove,
        writer_.prepare(
            "DELETE FROM " + name + " WHERE place IN (SELECT place FROM " + name +
            " ORDER BY place LIMIT ?) AND stored_ms < ? RETURNING 1"
        )
    );
    remove.bind(1, static_cast<std::int64_t>(rows_max));
    remove.bind(2, ms_of(oldest));
    std::size_t removed = 0;
    while (true) {
        FC_TRY(const bool more, remove.step());
        if (!more) return removed;
        ++removed;
    }
}

}  // namespace flightcast::history::sqlite
