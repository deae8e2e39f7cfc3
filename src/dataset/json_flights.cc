// SPDX-License-Identifier: Apache-2.0
//
// A line is parsed into memory that is used again for the next one. Numbers become text again, so
// that there is one way to read a field for all formats.
#include "dataset/json_flights.h"

#include <boost/json.hpp>
#include <charconv>
#include <string_view>
#include <utility>

namespace flightcast::dataset {
namespace {

namespace json = boost::json;

constexpr std::size_t kNumberBytesMax = 32;
constexpr std::size_t kArenaBytes = 16 * 1'024;

class JsonFlights final : public FlightReader {
  public:
    explicit JsonFlights(LineReader lines)
        : lines_(std::move(lines)), memory_(arena_.data(), arena_.size()) {}

    base::Result<std::optional<RawFlight>> next() override {
        while (true) {
            FC_TRY(const std::optional<std::span<char>> line, lines_.next());
            if (!line) return std::nullopt;
            std::string_view text(line->data(), line->size());
            if (lines_.line_number() == 1 && text.starts_with("\xEF\xBB\xBF"))
                text.remove_prefix(3);
            if (text.find_first_not_of(" \t\r") != std::string_view::npos) return read(text);
        }
    }

    const LineReader& lines() const override { return lines_; }

  private:
    RawFlight read(std::string_view text) {
        RawFlight flight;
        value_ = nullptr;
        memory_.release();
        boost::system::error_code error;
        value_ = json::parse({text.data(), text.size()}, error, &memory_);
        const json::object* const object = error ? nullptr : value_.if_object();
        if (object == nullptr) {
            flight.problem = "no JSON object";
            return flight;
        }
        for (std::size_t i = 0; i < kFlightFieldCount; ++i) read_field(*object, i, flight);
        return flight;
    }

    void read_field(const json::object& object, std::size_t index, RawFlight& flight) {
        for (const std::string_view name : names_of(static_cast<FlightField>(index))) {
            const json::value* const value =
                name.empty() ? nullptr : object.if_contains({name.data(), name.size()});
            if (value == nullptr) continue;
            if (const json::string* text = value->if_string()) {
                flight.texts[index] = {text->data(), text->size()};
            } else if (value->is_number()) {
                flight.texts[index] = write(*value, numbers_[index]);
            } else if (value->is_bool()) {
                flight.texts[index] = value->get_bool() ? "1" : "0";
            } else if (!value->is_null()) {
                flight.problem = "a list or an object as a field";
            }
            return;
        }
    }

    static std::string_view write(
        const json::value& number, std::array<char, kNumberBytesMax>& place
    ) {
        const auto done = std::to_chars(place.begin(), place.end(), number.to_number<double>());
        return {place.data(), static_cast<std::size_t>(done.ptr - place.data())};
    }

    LineReader lines_;
    std::array<unsigned char, kArenaBytes> arena_{};
    json::monotonic_resource memory_;
    json::value value_;  // in memory_
    std::array<std::array<char, kNumberBytesMax>, kFlightFieldCount> numbers_{};
};

}  // namespace

std::unique_ptr<FlightReader> open_json_lines(LineReader lines) {
    return std::make_unique<JsonFlights>(std::move(lines));
}

}  // namespace flightcast::dataset
