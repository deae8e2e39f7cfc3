// SPDX-License-Identifier: Apache-2.0
#include "batch/flight_rows.h"

#include <algorithm>
#include <charconv>
#include <cmath>
#include <optional>

#include "base/limits.h"
#include "base/utf8.h"
#include "flight/date.h"
#include "flight/request_json.h"
#include "flight/time_zone.h"
#include "text/number_text.h"

namespace flightcast::batch {
namespace {

using flight::Request;

constexpr std::size_t kHeaderFieldsMax = 1'000;
constexpr std::size_t kNumberBytesMax = 64;
constexpr std::string_view kByteOrderMark = "\xEF\xBB\xBF";

enum class Column : std::size_t {
    flight_date,
    carrier,
    origin,
    dest,
    dep_delay,
    distance,  // this one and those below may be absent
    crs_dep_time,
    flight_num,
};

struct KnownColumn {
    bool needed;
    std::array<std::string_view, 4> names;  // the preferred one first
};

// By Column.
constexpr std::array<KnownColumn, 8> kKnown = {{
    {true, {"FlightDate"}},
    {true, {"Carrier", "Reporting_Airline", "UniqueCarrier", "IATA_CODE_Reporting_Airline"}},
    {true, {"Origin"}},
    {true, {"Dest"}},
    {true, {"DepDelay"}},
    {false, {"Distance"}},
    {false, {"CRSDepTime"}},
    {false, {"FlightNum", "Flight_Number_Reporting_Airline"}},
}};

std::unexpected<std::string> bad(Column column) {
    return std::unexpected("bad " + std::string(kKnown[static_cast<std::size_t>(column)].names[0]));
}

bool is_usable_text(std::string_view text) {
    return text.size() <= base::limits::kFieldBytesMax && base::is_utf8(text);
}

// Sets `field` unless the text is empty; false when it cannot be the field's.
bool read_text(std::string_view text, std::optional<std::string>& field) {
    if (!text.empty()) field.emplace(text);
    return is_usable_text(text);
}

bool read_number(std::string_view text, std::optional<double>& field) {
    if (text.empty()) return true;
    if (text.size() > kNumberBytesMax || !base::is_utf8(text)) return false;
    field = text::parse_python_float(text);
    return field && std::isfinite(*field);
}

// As the gateway does: a time of day that the forwarded form leaves out goes to its own field.
bool read_date(std::string_view text, Request& request) {
    if (text.empty()) return true;
    if (!is_usable_text(text)) return false;
    const auto date = flight::parse_flight_date(text);
    if (!date) return false;
    request.flight_date = flight::forwarded_form(text, date->date);
    if (*request.flight_date != text) request.crs_dep_time = date->crs_dep_time;
    return true;
}

// "905" is five past nine; the files of some years write midnight as 2400.
bool read_time_of_day(std::string_view text, std::optional<std::int32_t>& field) {
    if (text.empty()) return true;
    std::int32_t hhmm = 0;
    const char* const end = text.data() + text.size();
    const auto [stop, error] = std::from_chars(text.data(), end, hhmm);
    if (error != std::errc{} || stop != end || hhmm < 0 || hhmm > 2'400 || hhmm % 100 > 59) {
        return false;
    }
    field = hhmm % 2'400;
    return true;
}

void fill_distance(const flight::RouteTable& routes, Request& request) {
    if (request.distance || !request.origin || !request.dest) return;
    request.distance = routes.distance(*request.origin, *request.dest);
}

}  // namespace

base::Result<RowLayout> RowLayout::read(std::span<char> line, const std::string& file) {
    static_assert(kKnown.size() == kColumnCount);
    RowLayout layout;
    layout.places_.fill(kAbsent);
    std::string_view text(line.data(), line.size());
    if (text.starts_with(kByteOrderMark)) line = line.subspan(kByteOrderMark.size());
    text = std::string_view(line.data(), line.size());
    const std::size_t start = text.find_first_not_of(" \t");
    layout.is_json_ = start != std::string_view::npos && text[start] == '{';
    if (layout.is_json_) return layout;

    dataset::CsvRow row;
    if (!row.parse(line, kHeaderFieldsMax)) {
        return base::fail(base::Errc::invalid_argument, file + ":1: bad quotes");
    }
    std::string missing;
    for (std::size_t column = 0; column < kKnown.size(); ++column) {
        for (const std::string_view name : kKnown[column].names) {
            const auto found = std::ranges::find(row.fields(), name);
            if (name.empty() || found == row.fields().end()) continue;
            layout.places_[column] = static_cast<std::size_t>(found - row.fields().begin());
            layout.width_ = std::max(layout.width_, layout.places_[column] + 1);
            break;
        }
        if (!kKnown[column].needed || layout.places_[column] != kAbsent) continue;
        missing += missing.empty() ? "" : ", ";
        missing += kKnown[column].names[0];
    }
    if (missing.empty()) return layout;
    return base::fail(
        base::Errc::invalid_argument,
        file + " lacks the column " + missing +
            "; its first line must name the columns of a CSV file, or be a flight in JSON"
    );
}

std::expected<Request, std::string> RowReader::read_csv(
    const RowLayout& layout, std::span<char> line
) {
    if (!row_.parse(line, layout.width_)) return std::unexpected("bad quotes");
    if (row_.fields().size() < layout.width_) return std::unexpected("too few fields");
    const auto field = [&](Column column) {
        const std::size_t place = layout.places_[static_cast<std::size_t>(column)];
        return place == RowLayout::kAbsent ? std::string_view() : row_.fields()[place];
    };
    Request request;
    if (!read_date(field(Column::flight_date), request)) return bad(Column::flight_date);
    if (!read_text(field(Column::carrier), request.carrier)) return bad(Column::carrier);
    if (!read_text(field(Column::origin), request.origin)) return bad(Column::origin);
    if (!read_text(field(Column::dest), request.dest)) return bad(Column::dest);
    if (!read_number(field(Column::dep_delay), request.dep_delay)) return bad(Column::dep_delay);
    if (!read_number(field(Column::distance), request.distance)) return bad(Column::distance);
    if (!read_time_of_day(field(Column::crs_dep_time), request.crs_dep_time))
        return bad(Column::crs_dep_time);
    if (!read_text(field(Column::flight_num), request.flight_num)) return bad(Column::flight_num);
    return request;
}

std::expected<Request, std::string> RowReader::read(const RowLayout& layout, std::span<char> line) {
    std::expected<Request, std::string> request;
    if (layout.is_json_) {
        auto decoded =
            flight::decode_flight(std::string_view(line.data(), line.size()), flight::TimeZone());
        if (!decoded) return std::unexpected(std::move(decoded.error().message));
        request = *std::move(decoded);
    } else {
        request = read_csv(layout, line);
    }
    if (request) fill_distance(routes_, *request);
    return request;
}

}  // namespace flightcast::batch
