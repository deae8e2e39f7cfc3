// SPDX-License-Identifier: Apache-2.0
//
// Any bytes as a file of flights: every row gives its fields or a fault, nothing else happens.
// Built by the preset `fuzz`.
#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <utility>

#include "base/check.h"
#include "dataset/bytes/head_source.h"
#include "dataset/bytes/text_source.h"
#include "dataset/flight_file.h"
#include "dataset/row/date_text.h"
#include "dataset/row/flight_row.h"
#include "dataset/row/row_parser.h"

namespace flightcast::dataset {
namespace {

class Memory final : public bytes::ByteSource {
  public:
    explicit Memory(std::span<const char> rest) : rest_(rest) {}

    base::Result<std::size_t> read(std::span<char> bytes) override {
        const std::size_t count = std::min(bytes.size(), rest_.size());
        std::ranges::copy(rest_.first(count), bytes.begin());
        rest_ = rest_.subspan(count);
        return count;
    }
    double share_read() const override { return 0; }

  private:
    std::span<const char> rest_;
};

void read_all(std::span<const char> bytes) {
    auto head = bytes::HeadSource::peek(std::make_unique<Memory>(bytes), 4'096);
    if (!head) return;
    auto text = bytes::to_utf8(*std::move(head), "fuzz");
    if (!text) return;
    auto file = FlightFile::open(*std::move(text), "fuzz", {});
    if (!file) return;
    RowParser parser;
    while (true) {
        const auto row = file->next();
        if (!row || !*row) return;
        const RawFlight& flight = parser.parse(file->layout(), (*row)->text);
        for (const std::string_view cell : flight.texts) {
            FC_CHECK(cell.size() <= 3 * bytes.size());
        }
        (void)parse_day_time(flight.get(FlightField::flight_date));
        (void)parse_minute_of_day(flight.get(FlightField::crs_dep_time));
        (void)read_row(flight);
    }
}

}  // namespace
}  // namespace flightcast::dataset

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    flightcast::dataset::read_all({reinterpret_cast<const char*>(data), size});
    return 0;
}
