// SPDX-License-Identifier: Apache-2.0
//
// We take for JSON the texts that Boost.JSON takes, and the shapes are right.
#include <boost/json.hpp>
#include <cstdint>
#include <string>
#include <string_view>

#include "base/check.h"
#include "base/limits.h"
#include "base/utf8.h"
#include "gateway/socketio/json_scan.h"

namespace {

using namespace flightcast::gateway::socketio;
namespace json = boost::json;

bool is_kind(const json::value& value, JsonKind kind) {
    switch (kind) {
        case JsonKind::null:
            return value.is_null();
        case JsonKind::boolean:
            return value.is_bool();
        case JsonKind::number:
            return value.is_number();
        case JsonKind::string:
            return value.is_string();
        case JsonKind::array:
            return value.is_array();
        case JsonKind::object:
            return value.is_object();
    }
    return false;
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    const std::string_view text(reinterpret_cast<const char*>(data), size);
    // Both count nesting, but not in the same way at the very bound.
    json::parse_options options;
    options.max_depth = flightcast::base::limits::kJsonDepthMax + 2;
    boost::system::error_code error;
    const json::value value = json::parse(text, error, {}, options);
    const auto shape = scan_json(text);
    if (!shape) {
        const bool deep = text.size() > flightcast::base::limits::kJsonDepthMax;
        FC_CHECK(error || deep);
        return 0;
    }
    FC_CHECK(flightcast::base::is_utf8(text));
    // Boost refuses numbers that no double can hold, and lone surrogates.
    if (error) return 0;
    FC_CHECK(is_kind(value, shape->kind));
    if (shape->kind == JsonKind::array) {
        FC_CHECK(value.get_array().size() == shape->elements.size());
        for (const std::string_view element : shape->elements) FC_CHECK(scan_json(element));
    }
    if (shape->kind == JsonKind::string) {
        const std::size_t first = text.find('"');
        const std::string_view quoted = text.substr(first, text.rfind('"') + 1 - first);
        FC_CHECK(unquote(quoted) == value.get_string());
        FC_CHECK(scan_json(quote(unquote(quoted))));
    }
    return 0;
}
