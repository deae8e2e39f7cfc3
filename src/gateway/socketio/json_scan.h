// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace flightcast::gateway::socketio {

enum class JsonKind { null, boolean, number, string, array, object };

// One JSON text, looked at but not built.
struct JsonShape {
    JsonKind kind{};
    std::vector<std::string_view> elements;  // of an array: the text of each
};

// Checks that `text` is one JSON value (RFC 8259, UTF-8, nesting up to kJsonDepthMax) and gives its
// shape. Nothing otherwise. Linear in the text's length.
//
// `attachments`: objects that say {"_placeholder": true} must have a "num" that is an integer below
// it; without, they are objects like others.
[[nodiscard]] std::optional<JsonShape> scan_json(
    std::string_view text, std::optional<std::size_t> attachments = std::nullopt
);

// The value of a JSON string without its quotes and escapes. REQUIRES: scan_json took it as a
// string.
[[nodiscard]] std::string unquote(std::string_view json_string);

// `text` as a JSON string with its quotes. Control characters are escaped; the rest is as it was.
[[nodiscard]] std::string quote(std::string_view text);

}  // namespace flightcast::gateway::socketio
