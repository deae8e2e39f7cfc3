// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <string>
#include <string_view>

#include "flight/prediction.h"
#include "flight/request.h"

namespace flightcast::batch {

enum class OutputFormat { csv, jsonl };

// A scored row and where it stood.
struct ScoredRow {
    const flight::Request& request;
    const flight::Probabilities& probabilities;
    std::string_view file;
    std::size_t line = 0;
};

// Writes scored rows as CSV (RFC 4180, lines end in "\n") or as JSON lines. The names are those of
// response records; doubles are written so that reading them gives the same 64 bits; what is absent
// is empty in CSV and left out in JSON:
//
//     File,Line,FlightDate,Carrier,FlightNum,Origin,Dest,DepDelay,Distance,Prediction,
//     Probability0,Probability1,Probability2,Probability3,Model
//
//     {"File":"jan.csv","Line":2,"FlightDate":"2015-01-01","Carrier":"AA","FlightNum":"1",
//     "Origin":"JFK","Dest":"LAX","DepDelay":-5.0,"Distance":2475.0,"UUID":"...","Prediction":1.0,
//     "Probabilities":[0.1,0.6,0.2,0.1],"Model":"default@1f0c"}
//
// each on one line; UUID only when the row had one.
//
// Thread-safety: any thread may call const members.
class PredictionWriter {
  public:
    PredictionWriter(OutputFormat format, std::string_view model_id);

    // The text before the first row; empty for JSON lines.
    [[nodiscard]] std::string_view header() const;

    // Appends one line to `out`.
    void append(std::string& out, const ScoredRow& row) const;

  private:
    void append_csv(std::string& out, const ScoredRow& row) const;
    void append_json(std::string& out, const ScoredRow& row) const;

    const OutputFormat format_;
    const std::string model_id_;
};

}  // namespace flightcast::batch
