// SPDX-License-Identifier: Apache-2.0
//
// Any content type and body: a form is read or refused, and its fields are UTF-8. The first line
// of the input is the content type.
#include <cstddef>
#include <cstdint>
#include <string_view>

#include "base/check.h"
#include "base/utf8.h"
#include "flight/form/form.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    using namespace flightcast;
    const std::string_view input(reinterpret_cast<const char*>(data), size);
    const std::size_t line = input.find('\n');
    const std::string_view body =
        line == std::string_view::npos ? std::string_view() : input.substr(line + 1);
    auto fields = flight::parse_form(input.substr(0, line), body);
    if (!fields) return 0;
    for (const auto* name : {"DepDelay", "Carrier", "FlightDate", "Origin", "Dest"}) {
        const auto* field = flight::find_field(*fields, name);
        FC_CHECK(field != nullptr);
        FC_CHECK(!*field || base::is_utf8(**field));
    }
    return 0;
}
