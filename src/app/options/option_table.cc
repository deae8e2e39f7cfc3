// SPDX-License-Identifier: Apache-2.0
//
// The behaviour of each kind of field: its name for people, its range, and text to value and back.
#include "app/options/option_table.h"

#include <algorithm>

#include "app/cli/cli_values.h"
#include "app/options/option_fields.h"

namespace flightcast::app::options {
namespace {

using base::Errc;
using base::fail;
using base::Result;

template <typename... Visitors>
struct Overloaded : Visitors... {
    using Visitors::operator()...;
};

std::string join(std::span<const std::string_view> names, std::string_view separator) {
    std::string text;
    for (const std::string_view name : names) {
        if (!text.empty()) text += separator;
        text += name;
    }
    return text;
}

std::string range(const std::string& min, const std::string& max) {
    return min + " to " + max;
}

std::unexpected<base::Error> out_of_range(std::string_view text, const std::string& accepted) {
    return fail(Errc::invalid_argument, "'" + std::string(text) + "' is not from " + accepted);
}

constexpr char kListSeparator = ';';

std::string_view trimmed(std::string_view text) {
    const std::size_t first = std::min(text.find_first_not_of(' '), text.size());
    const std::size_t last = text.find_last_not_of(' ');
    return last == std::string_view::npos ? "" : text.substr(first, last + 1 - first);
}

std::vector<std::string> split_list(std::string_view text) {
    std::vector<std::string> entries;
    while (!text.empty()) {
        const std::size_t end = std::min(text.find(kListSeparator), text.size());
        const std::string_view entry = trimmed(text.substr(0, end));
        if (!entry.empty()) entries.emplace_back(entry);
        text.remove_prefix(std::min(end + 1, text.size()));
    }
    return entries;
}

std::string join_list(const std::vector<std::string>& entries) {
    std::string text;
    for (const std::string& entry : entries) {
        if (!text.empty()) text += kListSeparator;
        text += entry;
    }
    return text;
}

// One overload per kind of field.
struct Assign {
    std::string_view text;
    ServeOptions& options;
    std::string accepted;

    Result<void> operator()(const TextField& field) const {
        options.*field.member = std::string(text);
        return {};
    }
    Result<void> operator()(const PathField& field) const {
        options.*field.member = std::filesystem::path(text);
        return {};
    }
    Result<void> operator()(const PortField& field) const {
        FC_TRY(const std::int64_t value, cli::parse_integer(text, 0, 65'535));
        options.*field.member = static_cast<std::uint16_t>(value);
        return {};
    }
    Result<void> operator()(const CountField& field) const {
        const auto min = static_cast<std::int64_t>(field.min);
        const auto max = static_cast<std::int64_t>(field.max);
        FC_TRY(const std::int64_t value, cli::parse_integer(text, min, max));
        options.*field.member = static_cast<std::size_t>(value);
        return {};
    }
    Result<void> operator()(const SizeField& field) const {
        FC_TRY(const std::size_t value, cli::parse_size(text));
        if (value < field.min || value > field.max) return out_of_range(text, accepted);
        options.*field.member = value;
        return {};
    }
    Result<void> operator()(const DurationField& field) const {
        FC_TRY(const std::chrono::milliseconds value, cli::parse_duration(text));
        if (value < field.min || value > field.max) return out_of_range(text, accepted);
        options.*field.member = value;
        return {};
    }
    Result<void> operator()(const SwitchField& field) const {
        if (text != "true" && text != "false") {
            return fail(
                Errc::invalid_argument, "'" + std::string(text) + "' is neither true nor false"
            );
        }
        options.*field.member = text == "true";
        return {};
    }
    Result<void> operator()(const ListField& field) const {
        options.*field.member = split_list(text);
        return {};
    }
    Result<void> operator()(const ChoiceField& field) const {
        const auto found = std::ranges::find(field.names, text);
        if (found == field.names.end()) {
            return fail(
                Errc::invalid_argument,
                "'" + std::string(text) + "' is not one of " + join(field.names, ", ")
            );
        }
        field.set(options, static_cast<std::size_t>(found - field.names.begin()));
        return {};
    }
};

}  // namespace

std::span<const OptionSpec> option_table() {
    static const std::vector<OptionSpec> table = [] {
        std::vector<OptionSpec> rows;
        for (const auto& part : {server_rows(), record_rows()}) {
            rows.insert(rows.end(), part.begin(), part.end());
        }
        return rows;
    }();
    return table;
}

const OptionSpec* find_option(std::string_view name) {
    const auto table = option_table();
    const auto found = std::ranges::find(table, name, &OptionSpec::name);
    return found == table.end() ? nullptr : &*found;
}

std::string environment_name(std::string_view option_name) {
    std::string name = "FLIGHTCAST_";
    for (const char c : option_name) {
        const bool is_lower = c >= 'a' && c <= 'z';
        name += c == '-' ? '_' : is_lower ? static_cast<char>(c - 'a' + 'A') : c;
    }
    return name;
}

std::string value_name(const OptionSpec& spec) {
    return std::visit(
        Overloaded{
            [](const TextField&) { return std::string("TEXT"); },
            [](const PathField&) { return std::string("PATH"); },
            [](const PortField&) { return std::string("PORT"); },
            [](const CountField&) { return std::string("NUMBER"); },
            [](const SizeField&) { return std::string("SIZE"); },
            [](const DurationField&) { return std::string("DURATION"); },
            [](const SwitchField&) { return std::string(); },
            [](const ListField&) { return std::string("TEXT"); },
            [](const ChoiceField& field) { return join(field.names, "|"); },
        },
        spec.field
    );
}

std::string accepted_range(const OptionSpec& spec) {
    return std::visit(
        Overloaded{
            [](const TextField&) { return std::string(); },
            [](const PathField&) { return std::string(); },
            [](const PortField&) { return std::string("0 to 65535"); },
            [](const CountField& field) {
                return range(std::to_string(field.min), std::to_string(field.max));
            },
            [](const SizeField& field) {
                return range(cli::format_size(field.min), cli::format_size(field.max));
            },
            [](const DurationField& field) {
                return range(cli::format_duration(field.min), cli::format_duration(field.max));
            },
            [](const SwitchField&) { return std::string("true, false"); },
            [](const ListField&) { return std::string(); },
            [](const ChoiceField& field) { return join(field.names, ", "); },
        },
        spec.field
    );
}

std::string value_text(const OptionSpec& spec, const ServeOptions& options) {
    return std::visit(
        Overloaded{
            [&](const TextField& field) { return options.*field.member; },
            [&](const PathField& field) { return (options.*field.member).string(); },
            [&](const PortField& field) { return std::to_string(options.*field.member); },
            [&](const CountField& field) { return std::to_string(options.*field.member); },
            [&](const SizeField& field) { return cli::format_size(options.*field.member); },
            [&](const DurationField& field) { return cli::format_duration(options.*field.member); },
            [&](const SwitchField& field) {
                return std::string(options.*field.member ? "true" : "false");
            },
            [&](const ListField& field) { return join_list(options.*field.member); },
            [&](const ChoiceField& field) { return std::string(field.names[field.get(options)]); },
        },
        spec.field
    );
}

void copy_value(const OptionSpec& spec, const ServeOptions& from, ServeOptions& to) {
    std::visit(
        Overloaded{
            [&](const ChoiceField& field) { field.set(to, field.get(from)); },
            [&](const auto& field) { to.*field.member = from.*field.member; },
        },
        spec.field
    );
}

Result<void> assign(const OptionSpec& spec, std::string_view text, ServeOptions& options) {
    const auto* const as_text = std::get_if<TextField>(&spec.field);
    if (text.empty() && (as_text == nullptr || !as_text->may_be_empty)) {
        return fail(Errc::invalid_argument, "the value is empty; give one, or leave it out");
    }
    return std::visit(Assign{text, options, accepted_range(spec)}, spec.field);
}

}  // namespace flightcast::app::options
