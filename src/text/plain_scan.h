// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string_view>

namespace flightcast::text {

// Walks over a JSON object whose members are in a known order, as this program writes its records:
// no space, plain ASCII strings without escapes, nothing behind the object. It allocates nothing
// and is several times as fast as JsonReader. Anything else is refused, and is for JsonReader;
// whatever it takes, that reads in the same way.
//
//     PlainScan scan(json);
//     if (!scan.name("UUID")) return false;
//     const auto id = scan.string();
//
// Views live as long as the JSON.
//
// Thread-safety: one thread.
class PlainScan {
  public:
    static constexpr std::size_t kStringBytesMax = 64;  // longer ones are refused

    explicit PlainScan(std::string_view json) : at_(json.data()), end_(json.data() + json.size()) {}

    // Takes the name of the next member with its colon, if it is this one. REQUIRES: `name` needs
    // no escapes.
    [[nodiscard]] bool name(std::string_view name);

    // Takes the value of the member. Nothing, if it is of another form.
    [[nodiscard]] std::optional<std::string_view> string();
    [[nodiscard]] std::optional<std::int32_t> integer();  // at most nine digits
    [[nodiscard]] std::optional<double> number();         // finite

    // Takes exactly these bytes, if they are next.
    [[nodiscard]] bool take(std::string_view bytes);

    // Takes a number without reading it.
    [[nodiscard]] bool skip_number();

    // Takes the end of an inner object, and the beginning of one.
    [[nodiscard]] bool open();
    [[nodiscard]] bool close() { return take("}"); }

    // Takes the end of the object, which must be the end of the text.
    [[nodiscard]] bool finish() { return take("}") && at_ == end_; }

  private:
    [[nodiscard]] const char* number_end() const;

    const char* at_;
    const char* const end_;
    bool is_first_ = true;  // member of its object
};

}  // namespace flightcast::text
