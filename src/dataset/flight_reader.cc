// SPDX-License-Identifier: Apache-2.0
#include "dataset/flight_reader.h"

#include <utility>

#include "dataset/csv_flights.h"
#include "dataset/json_flights.h"

namespace flightcast::dataset {
namespace {

constexpr std::string_view kByteOrderMark = "\xEF\xBB\xBF";
constexpr std::string_view kSpace = " \t\r";

}  // namespace

base::Result<std::unique_ptr<FlightReader>> open_flights(const std::filesystem::path& path) {
    FC_TRY(LineReader lines, LineReader::open(path));
    return open_flights(std::move(lines));
}

base::Result<std::unique_ptr<FlightReader>> open_flights(LineReader lines) {
    while (true) {
        FC_TRY(std::optional<std::span<char>> line, lines.next());
        if (!line) {
            return base::fail(base::Errc::invalid_argument, lines.name() + " is empty");
        }
        std::string_view text(line->data(), line->size());
        if (text.starts_with(kByteOrderMark)) text.remove_prefix(kByteOrderMark.size());
        const std::size_t first = text.find_first_not_of(kSpace);
        if (first == std::string_view::npos) continue;
        if (text[first] != '{') {
            return open_csv(std::move(lines), line->subspan(line->size() - text.size()));
        }
        lines.repeat();
        return open_json_lines(std::move(lines));
    }
}

}  // namespace flightcast::dataset
