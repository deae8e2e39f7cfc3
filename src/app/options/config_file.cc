// SPDX-License-Identifier: Apache-2.0
//
// Reads the part of TOML that the option table needs, one entry a line:
//
//     # comment
//     port = 8080
//     data-dir = "/var/lib/flightcast"   # a basic string, with TOML's escapes but \u
//     cors-origin = 'https://example.org'
//
// Everything else of TOML (tables, arrays, dates, multi-line strings) is refused by line. CLI11's
// own reader is not used: it cuts strings at '#', splits them at commas and knows no line numbers.
#include <algorithm>
#include <set>
#include <sstream>

#include "app/cli/small_file.h"
#include "app/options/settings.h"

namespace flightcast::app::options {
namespace {

using base::Errc;
using base::fail;
using base::Result;

constexpr std::size_t kFileBytesMax = 1'000'000;
constexpr std::string_view kBlank = " \t\r";
constexpr std::string_view kKeyCharacters =
    "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";

std::string_view without_blanks_in_front(std::string_view text) {
    const std::size_t first = text.find_first_not_of(kBlank);
    return first == std::string_view::npos ? std::string_view() : text.substr(first);
}

bool is_end_of_entry(std::string_view rest) {
    rest = without_blanks_in_front(rest);
    return rest.empty() || rest.front() == '#';
}

std::unexpected<base::Error> wrong(std::string what) {
    return fail(Errc::invalid_argument, std::move(what));
}

// A value and the text after it.
struct Value {
    std::string text;
    std::string_view rest;
};

Result<Value> read_basic_string(std::string_view text) {
    constexpr std::string_view kEscapes = "\"\\btnfr";
    constexpr std::string_view kMeanings = "\"\\\b\t\n\f\r";
    std::string value;
    for (std::size_t i = 1; i < text.size(); ++i) {
        if (text[i] == '"') return Value{value, text.substr(i + 1)};
        if (text[i] != '\\') {
            value += text[i];
            continue;
        }
        ++i;
        const std::size_t escape =
            i < text.size() ? kEscapes.find(text[i]) : std::string_view::npos;
        if (escape == std::string_view::npos) {
            return wrong("unknown escape in a string; use \\\\ for a backslash, or '...'");
        }
        value += kMeanings[escape];
    }
    return wrong("a string has no closing \"");
}

Result<Value> read_value(std::string_view text) {
    if (text.starts_with('"')) return read_basic_string(text);
    if (text.starts_with('\'')) {
        const std::size_t end = text.find('\'', 1);
        if (end == std::string_view::npos) return wrong("a string has no closing '");
        return Value{std::string(text.substr(1, end - 1)), text.substr(end + 1)};
    }
    const std::size_t end = std::min(text.find_first_not_of("0123456789"), text.size());
    if (end == 0 || !is_end_of_entry(text.substr(end))) {
        return wrong("give a whole number, or put the value in quotes: \"5m\"");
    }
    return Value{std::string(text.substr(0, end)), text.substr(end)};
}

// The entry of one line that is not blank and no comment.
Result<GivenValue> read_entry(std::string_view line) {
    if (line.starts_with('[')) return wrong("tables are not used here; write 'option = value'");
    const std::size_t key_end = std::min(line.find_first_not_of(kKeyCharacters), line.size());
    const std::string_view after_key = without_blanks_in_front(line.substr(key_end));
    if (key_end == 0 || !after_key.starts_with('=')) return wrong("expected 'option = value'");
    FC_TRY(Value value, read_value(without_blanks_in_front(after_key.substr(1))));
    if (!is_end_of_entry(value.rest)) return wrong("unexpected text after the value");
    return GivenValue{
        .name = std::string(line.substr(0, key_end)),
        .text = std::move(value.text),
        .source = Source::file,
        .place = {},
    };
}

}  // namespace

Result<std::vector<GivenValue>> read_config_file(const std::string& path) {
    FC_TRY(
        std::string text,
        cli::read_small_file(
            {.path = path,
             .option = "--config",
             .what = "options",
             .content = cli::SmallFile::Content::text,
             .bytes_max = kFileBytesMax}
        )
    );
    std::istringstream file(std::move(text));
    std::vector<GivenValue> given;
    std::set<std::string> names;
    std::string line;
    for (std::size_t number = 1; std::getline(file, line); ++number) {
        const std::string place = path + ":" + std::to_string(number);
        if (is_end_of_entry(line)) continue;
        auto entry = read_entry(without_blanks_in_front(line));
        if (!entry) return wrong(place + ": " + entry.error().detail);
        if (!names.insert(entry->name).second) {
            return wrong(place + ": '" + entry->name + "' is given twice");
        }
        entry->place = place;
        given.push_back(*std::move(entry));
    }
    return given;
}

}  // namespace flightcast::app::options
