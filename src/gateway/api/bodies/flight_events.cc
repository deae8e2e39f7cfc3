// SPDX-License-Identifier: Apache-2.0
//
// The parser of Boost.JSON calls, this keeps count of the nesting: values deeper than a flight's
// members are skipped. Numbers keep their text, for the parser of this version rounds carelessly.
#include "gateway/api/bodies/flight_events.h"

#include <boost/json/basic_parser_impl.hpp>
#include <boost/json/error.hpp>
#include <cstdint>
#include <string>

#include "base/limits.h"

namespace flightcast::gateway::api {

namespace json = boost::json;
using boost::system::error_code;

// Named as Boost.JSON wants it.
class FlightEvents {
  public:
    static constexpr std::size_t max_object_size = SIZE_MAX;  // NOLINT
    static constexpr std::size_t max_array_size = SIZE_MAX;   // NOLINT
    static constexpr std::size_t max_key_size = SIZE_MAX;     // NOLINT
    static constexpr std::size_t max_string_size = SIZE_MAX;  // NOLINT

    explicit FlightEvents(FlightCollector& collector) : collector_(collector) {}

    [[nodiscard]] bool has_too_many() const { return has_too_many_; }

    static bool on_document_begin(error_code&) { return true; }
    static bool on_document_end(error_code&) { return true; }
    static bool on_comment_part(json::string_view, error_code&) { return true; }
    static bool on_comment(json::string_view, error_code&) { return true; }

    bool on_object_begin(error_code& error) {
        if (skipped_ > 0 || in_flight_) return skip_structure();
        in_flight_ = true;
        return begin(true, error);
    }

    bool on_object_end(std::size_t, error_code&) {
        if (skipped_ > 0) return end_skipping();
        in_flight_ = false;
        collector_.end_flight();
        return true;
    }

    bool on_array_begin(error_code& error) {
        if (skipped_ > 0 || in_flight_) return skip_structure();
        if (!in_list_) {
            in_list_ = true;
            collector_.shape_ = Shape::list;
            return true;
        }
        ++skipped_;
        return begin(false, error);
    }

    bool on_array_end(std::size_t, error_code&) {
        if (skipped_ > 0) return end_skipping();
        in_list_ = false;
        return true;
    }

    bool on_key_part(json::string_view part, std::size_t, error_code&) {
        if (skipped_ == 0) append(key_, part);
        return true;
    }

    bool on_key(json::string_view part, std::size_t, error_code&) {
        if (skipped_ == 0) append(key_, part);
        return true;
    }

    bool on_string_part(json::string_view part, std::size_t, error_code&) { return add(part); }
    bool on_number_part(json::string_view part, error_code&) { return add(part); }

    bool on_string(json::string_view part, std::size_t, error_code& error) {
        add(part);
        return scalar(Type::string, error);
    }

    bool on_int64(std::int64_t, json::string_view part, error_code& error) {
        add(part);
        return scalar(Type::number, error);
    }

    bool on_uint64(std::uint64_t, json::string_view part, error_code& error) {
        add(part);
        return scalar(Type::number, error);
    }

    bool on_double(double, json::string_view part, error_code& error) {
        add(part);
        return scalar(Type::number, error);
    }

    bool on_bool(bool, error_code& error) { return scalar(Type::boolean, error); }
    bool on_null(error_code& error) { return scalar(Type::null, error); }

  private:
    using Type = FlightCollector::Type;

    static void append(std::string& text, json::string_view part) {
        text.append(part.data(), part.size());
    }

    bool add(json::string_view part) {
        if (skipped_ == 0) append(text_, part);
        return true;
    }

    bool begin(bool is_object, error_code& error) {
        if (collector_.size() == base::limits::kBatchFlightsMax) {
            has_too_many_ = true;
            error = json::error::array_too_large;
            return false;
        }
        collector_.begin_flight(is_object);
        return true;
    }

    // An object or array as the value of a member.
    bool skip_structure() {
        if (skipped_++ == 0) member(Type::structure);
        return true;
    }

    bool end_skipping() {
        --skipped_;
        return true;
    }

    bool scalar(Type type, error_code& error) {
        if (skipped_ > 0) return true;
        if (in_flight_) {
            member(type);
            return true;
        }
        text_.clear();
        return !in_list_ || begin(false, error);
    }

    void member(Type type) {
        collector_.take_value(key_, type, text_);
        key_.clear();
        text_.clear();
    }

    FlightCollector& collector_;
    std::string key_;
    std::string text_;
    std::size_t skipped_ = 0;  // open objects and arrays that are skipped
    bool in_list_ = false;
    bool in_flight_ = false;
    bool has_too_many_ = false;
};

std::optional<FlightCollector::Fault> parse_flights(
    std::string_view body, FlightCollector& collector
) {
    json::basic_parser<FlightEvents> parser(json::parse_options{}, collector);
    error_code error;
    const std::size_t parsed = parser.write_some(false, body.data(), body.size(), error);
    using Fault = FlightCollector::Fault;
    if (parser.handler().has_too_many()) return Fault{.kind = Fault::too_many};
    if (error) return Fault{.why = error.message(), .offset = parsed};
    const std::size_t rest = body.find_first_not_of(" \t\r\n", parsed);
    if (rest != std::string_view::npos) return Fault{.why = "something follows it", .offset = rest};
    return std::nullopt;
}

}  // namespace flightcast::gateway::api
