// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <array>
#include <optional>
#include <span>
#include <string>
#include <string_view>

#include "base/clock.h"
#include "base/result.h"

namespace flightcast::app::export_data {

// The kinds of documents that can be exported.
enum class Kind { predictions, arrivals, evaluations };
inline constexpr std::array<std::string_view, 3> kKindNames = {
    "predictions", "arrivals", "evaluations"
};

enum class Format { csv, jsonl };

// The columns of a kind's CSV, by the names of its documents' members; the four of an array
// Probabilities are Probability0 to Probability3.
[[nodiscard]] std::span<const std::string_view> columns_of(Kind kind);

// The first line of a CSV.
[[nodiscard]] std::string csv_head(Kind kind);

// One document as a line of the format, with its line break: JSON as it was written, CSV by
// RFC 4180, where an absent or null member is empty and numbers have the digits that give the same
// 64 bits. Errors: corrupt for text that is not one JSON object.
[[nodiscard]] base::Result<std::string> row_of(Kind kind, Format format, std::string_view json);

// A time from which on, or before which, rows are wanted: "2026-11-30" or "2026-11-30T12:00:00Z".
// Errors: invalid_argument without the flag's name.
[[nodiscard]] base::Result<base::WallTime> read_bound(const std::string& text);

// When a stored prediction was made: its ScoredAt; of a document of the original system, which has
// none, its Timestamp, taken as UTC without an offset. Nothing for a document with neither.
[[nodiscard]] std::optional<base::WallTime> time_of_prediction(std::string_view json);

}  // namespace flightcast::app::export_data
