// SPDX-License-Identifier: Apache-2.0
#include "app/topics/topics_record.h"

#include <date/date.h>

#include <array>
#include <boost/json/parse.hpp>
#include <boost/json/serialize.hpp>
#include <cstdio>

#include "base/utf8.h"

namespace flightcast::app::topics {
namespace {

namespace json = boost::json;

constexpr std::size_t kIndent = 2;

std::string time_text(eventlog::RecordTime time) {
    return date::format("%FT%TZ", time);
}

// The text without characters that a terminal would take for a command.
std::string escaped(std::string_view text) {
    std::string safe;
    for (const char c : text) {
        const auto byte = static_cast<unsigned char>(c);
        if (byte >= 0x20 && byte != 0x7f) {
            safe += c;
            continue;
        }
        std::array<char, 8> code{};
        std::snprintf(code.data(), code.size(), "\\x%02x", byte);
        safe += code.data();
    }
    return safe;
}

// Walks over JSON that is known to be right.
class Indenter {
  public:
    std::string run(std::string_view text) {
        for (const char c : text) {
            if (in_string_) {
                take_in_string(c);
            } else {
                take(c);
            }
        }
        return std::move(out_);
    }

  private:
    void take_in_string(char c) {
        out_ += c;
        if (is_escaped_) {
            is_escaped_ = false;
        } else if (c == '\\') {
            is_escaped_ = true;
        } else if (c == '"') {
            in_string_ = false;
        }
    }

    void take(char c) {
        if (c == ' ' || c == '\t' || c == '\n' || c == '\r') return;
        if (c == '}' || c == ']') {
            --depth_;
            if (!is_empty_) new_line();
            is_empty_ = false;
            out_ += c;
            return;
        }
        if (is_empty_) new_line();
        is_empty_ = c == '{' || c == '[';
        if (is_empty_) ++depth_;
        in_string_ = c == '"';
        out_ += c;
        if (c == ',') new_line();
        if (c == ':') out_ += ' ';
    }

    void new_line() {
        out_ += '\n';
        out_.append(depth_ * kIndent, ' ');
    }

    std::string out_;
    std::size_t depth_ = 0;
    bool in_string_ = false;
    bool is_escaped_ = false;
    bool is_empty_ = false;  // an object or array was opened and nothing is in it yet
};

json::value text_or_null(const std::optional<std::string>& text) {
    if (!text) return nullptr;
    return base::is_utf8(*text) ? json::value(*text) : json::value(escaped(*text));
}

std::string as_json(const eventlog::Record& record) {
    json::array headers;
    for (const eventlog::Header& header : record.headers) {
        headers.push_back(
            json::object{{"name", header.name}, {"value", text_or_null(header.value)}}
        );
    }
    return json::serialize(
        json::object{
            {"topic", record.at.topic},
            {"partition", record.at.partition.value()},
            {"offset", record.offset.value()},
            {"appended", time_text(record.appended)},
            {"key", text_or_null(record.key)},
            {"value", text_or_null(record.value)},
            {"headers", std::move(headers)},
        }
    );
}

std::string as_pretty(const eventlog::Record& record, ShowHeaders headers) {
    std::string text = "# " + record.at.topic + " partition " +
                       std::to_string(record.at.partition.value()) + " offset " +
                       std::to_string(record.offset.value()) + " at " + time_text(record.appended) +
                       " key " + (record.key ? escaped(*record.key) : "(none)") + "\n";
    if (headers == ShowHeaders::yes) {
        for (const eventlog::Header& header : record.headers) {
            text += "# " + escaped(header.name) + ": " + escaped(header.value) + "\n";
        }
    }
    return text + (record.value ? indented(*record.value) : "(no value)");
}

}  // namespace

std::string indented(std::string_view text) {
    boost::system::error_code error;
    json::parse(text, error);
    return error ? escaped(text) : Indenter().run(text);
}

std::string record_text(const eventlog::Record& record, RecordForm form, ShowHeaders headers) {
    std::string text;
    switch (form) {
        case RecordForm::raw:
            text = record.value.value_or("");
            break;
        case RecordForm::json:
            text = as_json(record);
            break;
        case RecordForm::pretty:
            text = as_pretty(record, headers);
            break;
    }
    return text + "\n";
}

}  // namespace flightcast::app::topics
