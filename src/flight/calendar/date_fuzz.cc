// SPDX-License-Identifier: Apache-2.0
//
// Any text as a date, a timestamp and a number: a date that is read is forwarded in a form that is
// read as the same date.
#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

#include "base/check.h"
#include "base/utf8.h"
#include "flight/calendar/date.h"
#include "flight/calendar/timestamp.h"
#include "text/number_text.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    using namespace flightcast;
    const std::string_view text(reinterpret_cast<const char*>(data), size);
    if (const auto read = flight::parse_flight_date(text)) {
        const std::string forwarded = flight::forwarded_form(text, read->date);
        const auto again = flight::parse_flight_date(forwarded);
        FC_CHECK(again.has_value() && again->date == read->date);
        FC_CHECK(flight::starts_with_iso_date(forwarded));
        const auto day = flight::day_of_year(read->date);
        FC_CHECK(day >= 1 && day <= 366);
    }
    if (const auto time = flight::parse_timestamp(text, flight::TimeZone())) {
        std::string written;
        flight::append_isoformat(written, *time);
        const auto again = flight::parse_timestamp(written, flight::TimeZone());
        // An offset may move a time out of the years that are written with four digits.
        FC_CHECK(!again || again == time);
    }
    if (base::is_utf8(text)) (void)text::parse_python_float(text);
    return 0;
}
