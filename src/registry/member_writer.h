// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "text/json_text.h"
#include "text/number_text.h"

namespace flightcast::registry {

// Writes the members of one JSON object, in the order of the calls.
class MemberWriter {
  public:
    void text(std::string_view name, std::string_view value) {
        begin(name);
        text::append_java_string(out_, value);
    }
    // null without a value.
    void text(std::string_view name, const std::optional<std::string>& value) {
        if (value) return text(name, std::string_view(*value));
        raw(name, "null");
    }
    void text(std::string_view name, const std::string& value) {
        text(name, std::string_view(value));
    }
    void text(std::string_view name, const char* value) { text(name, std::string_view(value)); }
    void integer(std::string_view name, std::int64_t value) {
        begin(name);
        text::append_integer(out_, value);
    }
    void number(std::string_view name, double value) {
        begin(name);
        text::append_java_double(out_, value);
    }
    void flag(std::string_view name, bool value) { raw(name, value ? "true" : "false"); }

    // `json` is one value.
    void raw(std::string_view name, std::string_view json) {
        begin(name);
        out_ += json;
    }

    [[nodiscard]] std::string finish() && { return out_.empty() ? "{}" : std::move(out_ += '}'); }

  private:
    void begin(std::string_view name) {
        out_ += out_.empty() ? '{' : ',';
        text::append_java_string(out_, name);
        out_ += ':';
    }

    std::string out_;
};

}  // namespace flightcast::registry
