// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "flight/form/form.h"
#include "gateway/api/bodies/flight_body.h"
#include "gateway/api/bodies/problem.h"

namespace flightcast::gateway::api {

// Takes flights out of JSON while it is parsed, without building the document, and keeps the fault
// of each invalid field. Looks at names and types; others check the values.
//
// Thread-safety: one thread.
class FlightCollector {
  public:
    struct Fault {
        enum Kind { not_json, too_many } kind = not_json;
        std::string why{};
        std::size_t offset = 0;  // in the body, where it stopped being JSON
    };

    // Nothing when all was read. Once.
    [[nodiscard]] std::optional<Fault> read(std::string_view body);

    [[nodiscard]] Shape shape() const { return shape_; }
    [[nodiscard]] std::size_t size() const { return flights_.size(); }

    // The fields found of flight `index`; null when it is not a JSON object.
    [[nodiscard]] const flight::Fields* flight(std::size_t index) const;
    [[nodiscard]] std::vector<flight::Fields> take_flights();

    // `detail` is kept unless that field of that flight was complained about before.
    void complain(std::size_t index, std::string_view field, std::string detail);

    [[nodiscard]] std::size_t complaints() const { return complaints_; }

    // Those that are kept, by flight; limits::kProblemErrorsMax at most.
    [[nodiscard]] std::vector<FieldProblem> take_errors();

  private:
    friend class FlightEvents;
    struct Collected {
        flight::Fields fields;
        std::uint32_t seen = 0;     // bits of members
        std::uint32_t accused = 0;  // of those that were complained about
        bool is_object = true;
    };
    struct Complaint {
        std::size_t index;
        FieldProblem problem;
    };
    enum class Type : std::uint8_t { null, boolean, number, string, structure };

    void begin_flight(bool is_object);
    void end_flight();
    void take_value(std::string_view name, Type type, std::string_view text);
    void keep(std::size_t index, std::string pointer, std::string detail);
    [[nodiscard]] std::string pointer_to(std::size_t index, std::string_view field) const;

    Shape shape_ = Shape::one;
    std::vector<Collected> flights_;
    std::vector<Complaint> errors_;
    std::size_t complaints_ = 0;
};

}  // namespace flightcast::gateway::api
