// SPDX-License-Identifier: Apache-2.0
#include "flight/form/form.h"

#include <algorithm>
#include <array>
#include <utility>

#include "base/utf8.h"
#include "flight/form/multipart.h"
#include "text/header_value.h"

namespace flightcast::flight {
namespace {

using base::Errc;
using base::fail;

struct Name {
    std::string_view name;
    std::optional<std::string> Fields::* member;
};

constexpr std::array<Name, 8> kNames = {{
    {"DepDelay", &Fields::dep_delay},
    {"Carrier", &Fields::carrier},
    {"FlightDate", &Fields::flight_date},
    {"Origin", &Fields::origin},
    {"Dest", &Fields::dest},
    {"FlightNum", &Fields::flight_num},
    {"CRSDepTime", &Fields::crs_dep_time},
    {"CRSElapsedTime", &Fields::crs_elapsed_time},
}};

std::optional<unsigned> value_of_hex(char digit) {
    if (digit >= '0' && digit <= '9') return static_cast<unsigned>(digit - '0');
    if (digit >= 'a' && digit <= 'f') return static_cast<unsigned>(digit - 'a' + 10);
    if (digit >= 'A' && digit <= 'F') return static_cast<unsigned>(digit - 'A' + 10);
    return std::nullopt;
}

void append_percent(std::string& out, char byte) {
    constexpr std::string_view kHex = "0123456789ABCDEF";
    const auto value = static_cast<unsigned char>(byte);
    out += '%';
    out += kHex[value >> 4U];
    out += kHex[value & 15U];
}

// Writes the bytes that are no UTF-8 as %XX again: the original answers so, and the text stays one
// that JSON can hold.
std::string requote_bad_utf8(std::string_view text) {
    std::string result;
    while (!text.empty()) {
        const base::Utf8Step step = base::utf8_step(text);
        const std::string_view bytes = text.substr(0, step.size);
        if (step.valid) {
            result += bytes;
        } else {
            for (const char byte : bytes) append_percent(result, byte);
        }
        text.remove_prefix(step.size);
    }
    return result;
}

// "+" is a space, "%XX" a byte. Nothing if a "%" is not followed by two hexadecimal digits.
std::optional<std::string> percent_decoded(std::string_view text) {
    std::string result;
    result.reserve(text.size());
    for (std::size_t i = 0; i < text.size(); ++i) {
        if (text[i] != '%') {
            result += text[i] == '+' ? ' ' : text[i];
            continue;
        }
        if (text.size() - i < 3) return std::nullopt;
        const auto high = value_of_hex(text[i + 1]);
        const auto low = value_of_hex(text[i + 2]);
        if (!high || !low) return std::nullopt;
        result += static_cast<char>(*high << 4U | *low);
        i += 2;
    }
    if (!base::is_utf8(result)) result = requote_bad_utf8(result);
    return result;
}

base::Result<Fields> parse_urlencoded(std::string_view body) {
    if (!base::is_utf8(body)) {
        return fail(
            Errc::invalid_argument, "the form is not UTF-8; percent-encode what is not ASCII"
        );
    }
    Fields fields;
    while (!body.empty()) {
        const std::size_t end = std::min(body.find('&'), body.size());
        const std::string_view pair = body.substr(0, end);
        body.remove_prefix(std::min(end + 1, body.size()));
        const std::size_t equals = std::min(pair.find('='), pair.size());
        const auto name = percent_decoded(pair.substr(0, equals));
        if (!name) {
            return fail(
                Errc::invalid_argument,
                "the form has a name with broken percent-encoding; write % as %25"
            );
        }
        std::optional<std::string>* field = find_field(fields, *name);
        if (field == nullptr || *field) continue;
        auto value = percent_decoded(pair.substr(std::min(equals + 1, pair.size())));
        if (!value) {
            return fail(
                Errc::invalid_argument, *name + ": broken percent-encoding; write % as %25"
            );
        }
        *field = std::move(value);
    }
    return fields;
}

}  // namespace

std::optional<std::string>* find_field(Fields& fields, std::string_view name) {
    for (const Name& candidate : kNames) {
        if (candidate.name == name) return &(fields.*candidate.member);
    }
    return nullptr;
}

base::Result<Fields> parse_form(std::string_view content_type, std::string_view body) {
    const std::string type = text::main_value(content_type);
    if (type == "application/x-www-form-urlencoded") return parse_urlencoded(body);
    if (type == "multipart/form-data") return parse_multipart(content_type, body);
    return fail(
        Errc::unsupported,
        "the content type is not accepted; send application/x-www-form-urlencoded or "
        "multipart/form-data"
    );
}

}  // namespace flightcast::flight
