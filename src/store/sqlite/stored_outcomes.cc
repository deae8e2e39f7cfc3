// SPDX-License-Identifier: Apache-2.0
#include "store/sqlite/stored_outcomes.h"

#include <algorithm>
#include <cstdint>
#include <string>

#include "flight/precedence.h"
#include "sqlite/database.h"

namespace flightcast::store::sqlite {

using base::Errc;
using base::Result;

namespace {

// One statement with its rows would keep the write-ahead log from being reset for as long as it
// runs, so the rows are read in pages.
constexpr std::int64_t kPage = 4'096;
constexpr const char* kSelect =
    "SELECT place, json FROM outcome WHERE place > ? AND place <= ? AND kind = ? ORDER BY place "
    "LIMIT ?";

// 0 for an empty table.
Result<std::int64_t> last_place(flightcast::sqlite::Database& database) {
    FC_TRY(auto statement, database.prepare("SELECT coalesce(max(place), 0) FROM outcome"));
    FC_TRY(const bool found, statement.step());
    return found ? statement.integer(0) : 0;
}

}  // namespace

Result<void> read_outcomes(
    const std::filesystem::path& file, flight::OutcomeKind kind, const TakeOutcome& take
) {
    std::error_code unknown;
    if (!std::filesystem::exists(file, unknown)) {
        return base::fail(
            Errc::not_found, file.string() + " does not exist; name its folder with --data-dir"
        );
    }
    FC_TRY(auto database, flightcast::sqlite::Database::open(file, {.read_only = true}));
    FC_TRY(const std::int64_t last, last_place(database));
    FC_TRY(auto page, database.prepare(kSelect));
    const auto code =
        std::ranges::find(flight::kKindsByPrecedence, kind) - flight::kKindsByPrecedence.begin();
    std::int64_t place = 0;
    std::int64_t rows = kPage;
    while (rows == kPage) {
        page.bind(1, place);
        page.bind(2, last);
        page.bind(3, code);
        page.bind(4, kPage);
        for (rows = 0;; ++rows) {
            FC_TRY(const bool found, page.step());
            if (!found) break;
            place = page.integer(0);
            FC_TRY_VOID(take(page.text(1)));
        }
        page.reset();
    }
    return {};
}

}  // namespace flightcast::store::sqlite
