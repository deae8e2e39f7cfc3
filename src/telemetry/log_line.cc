// SPDX-License-Identifier: Apache-2.0
#include "telemetry/log_line.h"

#include <fmt/chrono.h>
#include <fmt/format.h>

#include <array>
#include <boost/json/serialize.hpp>
#include <cmath>
#include <iterator>

#include "base/enum_order.h"
#include "base/utf8.h"
#include "telemetry/build_info.h"

namespace flightcast::telemetry {
namespace {

struct LevelLook {
    std::string_view name;
    std::string_view colour;
};
constexpr std::array kLevels = {
    LevelLook{"debug", "\x1b[2m"},
    LevelLook{"info", ""},
    LevelLook{"warning", "\x1b[33m"},
    LevelLook{"error", "\x1b[31m"},
};
static_assert(base::is_enum_order(
    std::array{LogLevel::debug, LogLevel::info, LogLevel::warning, LogLevel::error}
));
constexpr std::string_view kColourEnd = "\x1b[0m";

const LevelLook& look(LogLevel level) {
    return kLevels[static_cast<std::size_t>(level)];
}

std::string in_quotes(std::string_view text) {
    return boost::json::serialize(boost::json::string_view(base::replace_bad_utf8(text)));
}

bool is_control(char c) {
    return static_cast<unsigned char>(c) < 0x20 || c == 0x7f;
}

// A message as it is, but with control characters as \xNN: text from outside must not forge lines
// or move the cursor.
void append_message(std::string& out, std::string_view text) {
    for (const char c : text) {
        if (is_control(c)) {
            fmt::format_to(std::back_inserter(out), "\\x{:02x}", static_cast<unsigned char>(c));
        } else {
            out += c;
        }
    }
}

// A word stays bare; a value that could be mistaken for more than one is quoted.
std::string text_value(std::string_view value) {
    bool is_word = !value.empty();
    for (const char c : value) {
        is_word = is_word && !is_control(c) && c != ' ' && c != '"' && c != '=';
    }
    return is_word ? std::string(value) : in_quotes(value);
}

struct AppendValue {
    std::string& out;
    bool as_json;

    void operator()(std::string_view value) const {
        out += as_json ? in_quotes(value) : text_value(value);
    }
    void operator()(bool value) const { out += value ? "true" : "false"; }
    void operator()(double value) const {
        const bool has_json_form = std::isfinite(value);
        if (as_json && !has_json_form) {
            out += "null";
        } else {
            fmt::format_to(std::back_inserter(out), "{}", value);
        }
    }
    template <std::integral Integer>
    void operator()(Integer value) const {
        fmt::format_to(std::back_inserter(out), "{}", value);
    }
};

constexpr std::string_view kRepeats = "repeats";
constexpr std::string_view kEcsVersion = "8.11.0";

// The schema's name of a field; those of our own stand below a name of our own, as it asks.
std::string ecs_name(LogLevel level, std::string_view key) {
    const bool is_bad = level >= LogLevel::warning;
    if (key == "trace") return "trace.id";
    if (is_bad && key == "reason") return "error.message";
    if (is_bad && key == "cause") return "error.type";
    return "flightcast." + std::string(key);
}

struct TimeParts {
    std::tm calendar;
    int microseconds;
};

TimeParts split(base::WallTime time) {
    const auto seconds = std::chrono::floor<std::chrono::seconds>(time);
    return {
        .calendar = fmt::gmtime(static_cast<std::time_t>(seconds.time_since_epoch().count())),
        .microseconds = static_cast<int>((time - seconds).count()),
    };
}

}  // namespace

std::string text_line(const LogLine& line, bool coloured) {
    const TimeParts time = split(line.time);
    const LevelLook& level = look(line.level);
    const bool has_colour = coloured && !level.colour.empty();
    std::string out;
    if (has_colour) out += level.colour;
    fmt::format_to(
        std::back_inserter(out),
        "{:%H:%M:%S}.{:03} {:<7} {:<9} ",
        time.calendar,
        time.microseconds / 1'000,
        level.name,
        line.stage
    );
    append_message(out, line.message);
    const std::string_view gap = "  ";
    for (const LogField& field : line.fields) {
        out += &field == line.fields.data() ? gap : gap.substr(1);
        out += field.key();
        out += '=';
        std::visit(AppendValue{out, false}, field.value());
    }
    if (!line.repeats.empty()) {
        out += std::empty(line.fields) ? gap : gap.substr(1);
        out += std::string(kRepeats) + "=";
        AppendValue{out, false}(line.repeats);
    }
    if (has_colour) out += kColourEnd;
    return out;
}

std::string ecs_line(const LogLine& line) {
    const TimeParts time = split(line.time);
    std::string out;
    fmt::format_to(
        std::back_inserter(out),
        R"({{"@timestamp":"{:%Y-%m-%dT%H:%M:%S}.{:06}Z","log.level":"{}","message":{},)"
        R"("ecs.version":"{}","service.name":"flightcast","service.version":"{}",)"
        R"("log.logger":{},"event.dataset":{})",
        time.calendar,
        time.microseconds,
        look(line.level).name,
        in_quotes(line.message),
        kEcsVersion,
        build_info().version,
        in_quotes(line.stage),
        in_quotes("flightcast." + std::string(line.stage))
    );
    for (const LogField& field : line.fields) {
        out += "," + in_quotes(ecs_name(line.level, field.key())) + ":";
        std::visit(AppendValue{out, true}, field.value());
    }
    if (!line.repeats.empty()) {
        out += "," + in_quotes("flightcast." + std::string(kRepeats)) + ":";
        AppendValue{out, true}(line.repeats);
    }
    return out + "}";
}

std::string json_line(const LogLine& line) {
    const TimeParts time = split(line.time);
    std::string out;
    fmt::format_to(
        std::back_inserter(out),
        R"({{"time":"{:%Y-%m-%dT%H:%M:%S}.{:06}Z","level":"{}","stage":{},"message":{})",
        time.calendar,
        time.microseconds,
        look(line.level).name,
        in_quotes(line.stage),
        in_quotes(line.message)
    );
    for (const LogField& field : line.fields) {
        out += ',';
        out += in_quotes(field.key());
        out += ':';
        std::visit(AppendValue{out, true}, field.value());
    }
    if (!line.repeats.empty()) {
        out += "," + in_quotes(kRepeats) + ":";
        AppendValue{out, true}(line.repeats);
    }
    return out + "}";
}

}  // namespace flightcast::telemetry
