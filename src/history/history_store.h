// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "arrival/arrival.h"
#include "base/clock.h"
#include "base/result.h"
#include "judging/evaluation.h"
#include "performance/model_sums.h"

namespace flightcast::history {

// A report of an arrival to be kept.
struct ArrivalRow {
    // One text for each flight, source and part (departure or end), so that a correction replaces.
    std::string key;
    base::WallTime reported_at;
    std::string json;  // the value of its record

    bool operator==(const ArrivalRow&) const = default;
};

// The row of a report that was appended at `appended`.
[[nodiscard]] ArrivalRow row_of(
    const arrival::Arrival& arrival, base::WallTime appended, std::string json
);

// An evaluation to be kept, and the value of its record.
struct EvaluationRow {
    judging::Evaluation evaluation;
    std::string json;
};

// What became of the predictions of one model whose first report was told on one day (UTC).
struct DaySums {
    std::int32_t day = 0;  // since the epoch
    std::string model;     // empty: the responses named none
    performance::ModelSums sums;

    bool operator==(const DaySums&) const = default;
};

// The day of a minute since the epoch.
[[nodiscard]] std::int32_t day_of_minute(std::int32_t minute);

// One of the two lists, for those that read all of it.
enum class List { arrivals, evaluations };

// Some rows of a list, in an order of the store's own that later rows keep.
struct Page {
    std::vector<std::string> records;  // JSON, as on the topics
    std::string next;                  // where the next page begins; empty: nothing was left
};

// From when on rows are kept, by the time at which they were stored first.
struct Oldest {
    base::WallTime arrivals;
    base::WallTime evaluations;
};

// Keeps arrivals and evaluations for longer than the log, and daily sums of the evaluations for
// ever. history/conformance_testing.h holds every implementation to it.
//
// - Of one key of arrivals the row that was reported last stays; of two at the same time the one
//   that was put last. Of one prediction and model the evaluation with the highest revision stays,
//   the first of these.
// - The sums are those of the evaluations that stay, by the day of the first revision that was put
//   of each; whatever is put again changes nothing. Rows that leave by trim() stay in the sums.
//
// So it may be told the records of a log again from any place, as after a crash, as long as the
// rows from there on have not left.
//
// Thread-safety: any thread may call any member. All but is_distant() take as long as the database.
class HistoryStore {
  public:
    virtual ~HistoryStore() = default;

    // An error (Errc::unavailable, Errc::full, Errc::io) says that nothing is known; repeating is
    // harmless.
    virtual base::Result<void> put_arrivals(const std::vector<ArrivalRow>& rows) = 0;
    virtual base::Result<void> put_evaluations(const std::vector<EvaluationRow>& rows) = 0;

    // The sums of the days from `first` to `last`, by day, then by model.
    virtual base::Result<std::vector<DaySums>> day_sums(std::int32_t first, std::int32_t last) = 0;

    // At most `records_max` rows from `from` on, which is a `next` of before, or empty.
    virtual base::Result<Page> page(List list, std::string_view from, std::size_t records_max) = 0;

    // Removes rows, at most `rows_max` of each list; how many. A store that removes old rows by
    // itself removes none here, and does what must be done before.
    virtual base::Result<std::size_t> trim(const Oldest& oldest, std::size_t rows_max) = 0;

    // Whether a server keeps the rows, so that a call may take until a time-out.
    [[nodiscard]] virtual bool is_distant() const = 0;
};

}  // namespace flightcast::history
