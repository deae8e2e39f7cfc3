// SPDX-License-Identifier: Apache-2.0
#include "app/top/top_text.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <boost/json.hpp>
#include <utility>
#include <vector>

namespace flightcast::app::top {

namespace json = boost::json;
using base::Result;

namespace {

constexpr std::array<const char*, 8> kBars = {"▁", "▂", "▃", "▄", "▅", "▆", "▇", "█"};
constexpr std::string_view kRed = "\x1b[31m";
constexpr std::string_view kYellow = "\x1b[33m";
constexpr std::string_view kBold = "\x1b[1m";
constexpr std::string_view kPlain = "\x1b[0m";
constexpr std::size_t kPlotLabel = 24;  // columns
constexpr std::size_t kErrorsShown = 5;

std::string clean(std::string_view text) {
    std::string cleaned(text);
    for (char& c : cleaned) {
        if (static_cast<unsigned char>(c) < 0x20 || c == 0x7f) c = '?';
    }
    return cleaned;
}

std::string text_at(const json::value& of, std::string_view name) {
    return clean(std::string_view(of.at(name).as_string()));
}

double number_at(const json::value& of, std::string_view name) {
    return of.at(name).to_number<double>();
}

std::string seconds_text(double seconds) {
    const double ms = seconds * 1000;
    if (ms < 10) return fmt::format("{:.1f} ms", ms);
    if (ms < 1000) return fmt::format("{:.0f} ms", ms);
    return fmt::format("{:.1f} s", seconds);
}

std::string bytes_text(double bytes) {
    constexpr std::array kUnits = {"B", "kB", "MB", "GB", "TB"};
    std::size_t unit = 0;
    while (bytes >= 1000 && unit + 1 < kUnits.size()) {
        bytes /= 1000;
        ++unit;
    }
    return fmt::format("{:.{}f} {}", bytes, unit == 0 || bytes >= 100 ? 0 : 1, kUnits[unit]);
}

std::string rate_text(double rate) {
    if (rate == 0 || rate >= 100) return fmt::format("{:.0f}/s", rate);
    return fmt::format("{:.{}f}/s", rate, rate >= 10 ? 1 : 2);
}

std::string age_text(double seconds) {
    const auto minutes = static_cast<long long>(seconds / 60);
    if (minutes < 60) return fmt::format("{} min", minutes);
    if (minutes < 24 * 60) return fmt::format("{} h {} min", minutes / 60, minutes % 60);
    return fmt::format("{} d {} h", minutes / (24 * 60), minutes / 60 % 24);
}

// "  http 3  waiters 2"
std::string counts_text(const json::object& counts) {
    std::string text;
    for (const auto& [name, count] : counts) {
        text += fmt::format("  {} {}", clean(name), json::serialize(count));
    }
    return text;
}

// Cut to so many characters: bytes that continue one are not counted.
std::string cut(std::string_view text, std::size_t characters) {
    std::size_t count = 0;
    for (std::size_t i = 0; i < text.size(); ++i) {
        const bool begins = (static_cast<unsigned char>(text[i]) & 0xC0U) != 0x80U;
        if (begins && ++count > characters) return std::string(text.substr(0, i));
    }
    return std::string(text);
}

// The lines of a screen, each cut to its width; a colour costs no width.
class Lines {
  public:
    explicit Lines(const TopLook& look) : look_(look) {}

    void add(std::string_view line, std::string_view colour = {}) {
        if (look_.rows != 0 && count_ >= look_.rows) return;
        ++count_;
        const std::string shown = cut(line, look_.columns);
        if (!look_.is_terminal || colour.empty()) {
            text_ += shown + "\n";
        } else {
            text_.append(colour).append(shown).append(kPlain).append("\n");
        }
    }

    [[nodiscard]] std::string take() { return std::move(text_); }

  private:
    const TopLook& look_;
    std::string text_;
    std::size_t count_ = 0;
};

std::string_view colour_of(std::string_view state) {
    if (state == "critical" || state == "failing" || state == "error") return kRed;
    if (state == "ok") return {};
    return kYellow;
}

void add_head(Lines& to, const json::value& status) {
    const std::string name = status.at("model").at("in_use").is_string()
                                 ? text_at(status.at("model"), "in_use")
                                 : "unknown model";
    to.add(
        fmt::format(
            "flightcast {} {}  up {}  {}  {}",
            text_at(status, "role"),
            text_at(status, "version"),
            age_text(number_at(status, "uptime_s")),
            name,
            text_at(status, "time").substr(0, 19) + "Z"
        ),
        kBold
    );
    for (const json::value& alarm : status.at("alarms").as_array()) {
        const bool fires = alarm.at("state").as_string() == "firing";
        const std::string severity = fires ? text_at(alarm, "severity") : "pending";
        to.add(
            fmt::format(
                "ALARM {:<9} {} since {}: {}",
                severity,
                text_at(alarm, "name"),
                text_at(alarm, "since").substr(11, 8),
                text_at(alarm, "text")
            ),
            colour_of(severity)
        );
    }
    for (const json::value& check : status.at("checks").as_array()) {
        const std::string state = text_at(check, "state");
        if (state == "ok") continue;
        to.add(
            fmt::format("{:<15} {}: {}", state, text_at(check, "name"), text_at(check, "reason")),
            colour_of(state)
        );
    }
}

void add_figures(Lines& to, const json::value& status) {
    const json::value& rates = status.at("throughput");
    const auto rate = [&rates](std::string_view name) { return rate_text(number_at(rates, name)); };
    to.add(
        fmt::format(
            "flights   accepted {}  scored {}  pushed {}  refused {}  unanswered {}  failed {}",
            rate("accepted"),
            rate("outcomes"),
            rate("pushed"),
            rate("refused"),
            rate("unanswered"),
            rate("failed")
        )
    );
    to.add("clients " + counts_text(status.at("connections").as_object()));
    to.add("queues  " + counts_text(status.at("queues").as_object()));
    const json::value& resources = status.at("resources");
    std::string text = fmt::format(
        "process   cpu {:.2f}  memory {}  files {}",
        number_at(resources, "cpu"),
        bytes_text(number_at(resources, "memory_bytes")),
        json::serialize(resources.at("open_files"))
    );
    if (resources.as_object().contains("free_bytes")) {
        text += fmt::format(
            "  database {}  free {}",
            bytes_text(number_at(resources, "database_bytes")),
            bytes_text(number_at(resources, "free_bytes"))
        );
    }
    to.add(text);
}

void add_latency(Lines& to, const json::value& status) {
    to.add(
        fmt::format("{:<32} {:>9} {:>9} {:>9} {:>9}", "time", "count", "p50", "p90", "p99"), kBold
    );
    for (const auto& [name, spread] : status.at("latency").as_object()) {
        if (spread.is_null()) continue;
        to.add(
            fmt::format(
                "{:<32} {:>9} {:>9} {:>9} {:>9}",
                clean(name),
                json::serialize(spread.at("count")),
                seconds_text(number_at(spread, "p50")),
                seconds_text(number_at(spread, "p90")),
                seconds_text(number_at(spread, "p99"))
            )
        );
    }
}

void add_lag(Lines& to, const json::value& status) {
    to.add(fmt::format("{:<32} {:>9}", "lag", "records"), kBold);
    for (const json::value& group : status.at("lag").as_array()) {
        const std::string name = text_at(group, "group");
        to.add(fmt::format("{:<32} {:>9}", name, json::serialize(group.at("records"))));
        const json::array& partitions = group.at("partitions").as_array();
        for (const json::value& partition : partitions) {
            if (partitions.size() < 2) break;
            to.add(
                fmt::format(
                    "  {:<30} {:>9}",
                    text_at(partition, "topic") + " " + json::serialize(partition.at("partition")),
                    json::serialize(partition.at("records"))
                )
            );
        }
    }
}

void add_errors(Lines& to, const json::value& status) {
    const json::array& errors = status.at("errors").as_array();
    if (errors.empty()) return;
    to.add("last warnings and errors", kBold);
    for (std::size_t i = 0; i < std::min(errors.size(), kErrorsShown); ++i) {
        const json::value& error = errors[i];
        const std::string level = text_at(error, "level");
        to.add(
            fmt::format(
                "{} {}x {}: {}  {}",
                text_at(error, "last").substr(11, 8),
                json::serialize(error.at("count")),
                text_at(error, "stage"),
                text_at(error, "message"),
                text_at(error, "detail")
            ),
            colour_of(level)
        );
    }
}

// The latest values as bars from 0; the highest of neighbours where there is not room for all.
std::string bars_of(const json::array& values, std::size_t columns) {
    const std::size_t each = (values.size() + columns - 1) / std::max<std::size_t>(columns, 1);
    if (each == 0) return {};
    double most = 0;
    std::vector<double> heights;
    for (std::size_t i = 0; i < values.size(); i += each) {
        double height = 0;
        for (std::size_t k = i; k < std::min(i + each, values.size()); ++k) {
            if (values[k].is_number()) height = std::max(height, values[k].to_number<double>());
        }
        heights.push_back(height);
        most = std::max(most, height);
    }
    std::string text;
    for (const double height : heights) {
        const double share = most > 0 ? height / most : 0;
        text += kBars[std::min(kBars.size() - 1, static_cast<std::size_t>(share * 8))];
    }
    return text;
}

void add_plots(Lines& to, const json::value& status, const TopLook& look) {
    const json::value& history = status.at("history");
    constexpr std::array<std::pair<const char*, std::string (*)(double)>, 4> kPlots = {
        {{"accepted", rate_text},
         {"p99", seconds_text},
         {"lag", nullptr},
         {"memory_bytes", bytes_text}}
    };
    to.add("the last hour", kBold);
    for (const auto& [name, format] : kPlots) {
        const json::array& values = history.at(name).as_array();
        double last = 0;
        for (const json::value& value : values) {
            if (value.is_number()) last = value.to_number<double>();
        }
        const std::string now = format != nullptr ? format(last) : fmt::format("{:.0f}", last);
        const std::size_t room = look.columns > kPlotLabel ? look.columns - kPlotLabel : 1;
        to.add(fmt::format("{:<13}{:>9}  {}", name, now, bars_of(values, room)));
    }
}

}  // namespace

Result<std::string> top_text(std::string_view status, const TopLook& look) {
    try {
        const json::value parsed = json::parse(status);
        Lines lines(look);
        add_head(lines, parsed);
        add_figures(lines, parsed);
        if (look.is_terminal) add_plots(lines, parsed, look);
        add_latency(lines, parsed);
        add_lag(lines, parsed);
        add_errors(lines, parsed);
        return lines.take();
    } catch (const std::exception& error) {  // of Boost.JSON
        return base::fail(
            base::Errc::corrupt, std::string("the status cannot be read: ") + error.what()
        );
    }
}

}  // namespace flightcast::app::top
