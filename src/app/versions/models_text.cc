// SPDX-License-Identifier: Apache-2.0
#include "app/versions/models_text.h"

#include <fmt/format.h>

#include <boost/json.hpp>
#include <map>
#include <optional>

namespace flightcast::app::versions {

namespace json = boost::json;
using base::Errc;
using base::fail;
using base::Result;

namespace {

constexpr std::string_view kInside = "the model inside the program";

Result<json::object> object_of(std::string_view text) {
    boost::system::error_code error;
    json::value value = json::parse(text, error);
    if (!error && value.is_object()) return std::move(value.get_object());
    return fail(Errc::corrupt, "the state of the registry is not valid JSON");
}

std::string text_of(const json::object& object, std::string_view name) {
    const json::value* const value = object.if_contains(name);
    if (value == nullptr || !value->is_string()) return {};
    return std::string(value->get_string());
}

const json::array& list_in(const json::object& object, std::string_view name) {
    static const json::array kNone;
    const json::value* const value = object.if_contains(name);
    return value != nullptr && value->is_array() ? value->get_array() : kNone;
}

const json::object& object_in(const json::object& object, std::string_view name) {
    static const json::object kNone;
    const json::value* const value = object.if_contains(name);
    return value != nullptr && value->is_object() ? value->get_object() : kNone;
}

std::string minute(const std::string& time) {
    return time.size() > 16 ? time.substr(0, 10) + " " + time.substr(11, 5) + "Z" : time;
}

std::string model_text(const json::object& object, std::string_view name) {
    const std::string model = text_of(object, name);
    return model.empty() ? std::string(kInside) : model;
}

// The figures that the card has of the model itself, by their names.
std::map<std::string, double> figures_of(const json::object& version) {
    std::map<std::string, double> figures;
    const json::object& metrics = object_in(object_in(version, "card"), "metrics");
    if (metrics.empty()) return figures;
    const json::object& own = metrics.contains("forest")
                                  ? object_in(metrics, "forest")
                                  : object_in(metrics, metrics.begin()->key());
    for (const auto& [name, value] : own) {
        if (value.is_number()) figures[name] = value.to_number<double>();
    }
    return figures;
}

std::string figure_text(const std::map<std::string, double>& figures, const std::string& name) {
    const auto found = figures.find(name);
    return found == figures.end() ? "-" : fmt::format("{:.4f}", found->second);
}

std::string days_text(const json::object& version) {
    const json::object& days = object_in(object_in(version, "card"), "trained_on");
    const std::string first = text_of(days, "first_day");
    return first.empty() ? "-" : first + " to " + text_of(days, "last_day");
}

std::optional<json::object> find_version(const json::object& state, std::string wanted) {
    for (const json::value& alias : list_in(state, "aliases")) {
        if (text_of(alias.get_object(), "alias") == wanted) {
            wanted = text_of(alias.get_object(), "model");
            break;
        }
    }
    std::optional<json::object> found;
    for (const json::value& item : list_in(state, "versions")) {
        const json::object& version = item.get_object();
        const std::string model = text_of(version, "model");
        if (model == wanted) return version;
        const bool begins =
            !wanted.empty() &&
            (model.starts_with(wanted) || model.substr(model.rfind('@') + 1).starts_with(wanted));
        if (begins) found = version;
    }
    return found;
}

Result<json::object> version_in(std::string_view state, const std::string& wanted) {
    FC_TRY(const json::object all, object_of(state));
    if (auto version = find_version(all, wanted)) return *std::move(version);
    return fail(
        Errc::not_found,
        "'" + wanted + "' is not a known version; 'flightcast models list' names them"
    );
}

std::string event_text(const json::object& record) {
    std::string kind = text_of(record, "Kind");
    const std::string model = text_of(record, "Model");
    if (kind == "alias_set") {
        const bool is_back = text_of(record, "Way") == "rollback";
        return text_of(record, "Alias") + (is_back ? " back to " : " is ") +
               model_text(record, "Model");
    }
    if (kind == "version_added") return "added " + model;
    if (kind == "version_removed") return "removed " + model;
    if (kind == "experiment_started") return "experiment " + text_of(record, "Experiment");
    if (kind == "experiment_stopped") return "stopped " + text_of(record, "Experiment");
    if (kind == "experiment_decided") {
        std::string text = model + ": " + text_of(record, "Decision");
        if (record.contains("Sets")) {
            text += ", champion back to " + model_text(object_in(record, "Sets"), "Model");
        }
        for (const auto& [name, value] : object_in(record, "Numbers")) {
            if (value.is_number())
                text += fmt::format(" {}={:.5g}", name, value.to_number<double>());
        }
        return text;
    }
    return kind;
}

}  // namespace

Result<std::string> list_text(std::string_view state) {
    FC_TRY(const json::object all, object_of(state));
    std::string text;
    if (const std::string pinned = text_of(all, "pinned"); !pinned.empty()) {
        text += "note: " + pinned + "\n\n";
    }
    text +=
        fmt::format("{:<14} {:<34} {:<18} {:<10} {}\n", "alias", "model", "since", "by", "reason");
    bool has_champion = false;
    for (const json::value& item : list_in(all, "aliases")) {
        const json::object& alias = item.get_object();
        has_champion |= text_of(alias, "alias") == "champion";
        text += fmt::format(
            "{:<14} {:<34} {:<18} {:<10} {}\n",
            text_of(alias, "alias"),
            model_text(alias, "model"),
            minute(text_of(alias, "since")),
            text_of(alias, "author"),
            text_of(alias, "reason")
        );
    }
    if (!has_champion) text += fmt::format("{:<14} {}\n", "champion", kInside);
    text += fmt::format(
        "\n{:<34} {:<18} {:>8} {:>8}  {}\n",
        "version",
        "added",
        "log loss",
        "accuracy",
        "learned from"
    );
    for (const json::value& item : list_in(all, "versions")) {
        const json::object& version = item.get_object();
        const json::value* const removed = version.if_contains("removed");
        if (removed != nullptr && removed->is_bool() && removed->get_bool()) continue;
        const auto figures = figures_of(version);
        text += fmt::format(
            "{:<34} {:<18} {:>8} {:>8}  {}\n",
            text_of(version, "model"),
            minute(text_of(version, "added")),
            figure_text(figures, "log_loss"),
            figure_text(figures, "accuracy"),
            days_text(version)
        );
    }
    return text;
}

Result<std::string> history_text(std::string_view state) {
    FC_TRY(const json::object all, object_of(state));
    std::string text;
    for (const json::value& item : list_in(all, "history")) {
        const json::object& record = object_in(item.get_object(), "record");
        text += fmt::format(
            "{:<18} {:<12} {}",
            minute(text_of(item.get_object(), "appended")),
            text_of(record, "Author"),
            event_text(record)
        );
        const std::string reason = text_of(record, "Reason");
        text += reason.empty() ? "\n" : " (" + reason + ")\n";
    }
    return text.empty() ? "the registry has no records\n" : text;
}

Result<std::string> card_text(std::string_view state, const std::string& model) {
    FC_TRY(const json::object version, version_in(state, model));
    const json::object& card = object_in(version, "card");
    std::string text = fmt::format(
        "{}\nadded {} by {}\nlearned from {}\n",
        text_of(version, "model"),
        minute(text_of(version, "added")),
        text_of(version, "author"),
        days_text(version)
    );
    std::string features;
    for (const json::value& item : list_in(card, "features")) {
        features += (features.empty() ? "" : ", ") + text_of(item.get_object(), "name");
    }
    text += "features " + features + "\n";
    for (const auto& [name, value] : figures_of(version)) {
        text += fmt::format("{:<28} {:.6g}\n", name, value);
    }
    return text;
}

Result<std::string> diff_text(
    std::string_view state, const std::string& left, const std::string& right
) {
    FC_TRY(const json::object a, version_in(state, left));
    FC_TRY(const json::object b, version_in(state, right));
    std::string text = fmt::format(
        "{:<28} {:>28} {:>28} {:>11}\n", "", text_of(a, "model"), text_of(b, "model"), "difference"
    );
    text += fmt::format("{:<28} {:>28} {:>28}\n", "learned from", days_text(a), days_text(b));
    const auto figures_a = figures_of(a);
    const auto figures_b = figures_of(b);
    for (const auto& [name, value] : figures_a) {
        const auto other = figures_b.find(name);
        if (other == figures_b.end()) continue;
        text += fmt::format(
            "{:<28} {:>28.6g} {:>28.6g} {:>+11.4g}\n",
            name,
            value,
            other->second,
            other->second - value
        );
    }
    return text;
}

Result<std::string> version_json(std::string_view state, const std::string& model) {
    FC_TRY(const json::object version, version_in(state, model));
    return json::serialize(version) + "\n";
}

namespace {

// How clients were split between the models of a pair; empty where they are not.
std::string split_text(const json::object& split) {
    if (split.empty()) return {};
    const auto challenger = split.at("challenger").to_number<std::int64_t>();
    const auto all = challenger + split.at("champion").to_number<std::int64_t>();
    return fmt::format(
        "; {}it answered {} of {}, expected {:.1f} %",
        split.at("skewed").as_bool() ? "skewed: " : "",
        challenger,
        all,
        100 * split.at("expected").to_number<double>()
    );
}

}  // namespace

Result<std::string> experiments_text(std::string_view status) {
    FC_TRY(const json::object all, object_of(status));
    const std::string running = text_of(all, "running");
    std::string text =
        running.empty() ? "no experiment is running\n" : "experiment " + running + " is running\n";
    for (const json::value& item : list_in(all, "pairs")) {
        const json::object& pair = item.get_object();
        const std::string name = text_of(pair, "experiment");
        text += fmt::format(
            "{} beside {}{}: {}, {} flights in {} hours",
            text_of(pair, "challenger"),
            text_of(pair, "champion"),
            name.empty() ? " (fresh champion)" : "",
            text_of(pair, "verdict"),
            pair.at("judged").to_number<std::int64_t>(),
            pair.at("hours").to_number<std::int64_t>()
        );
        const json::object& bounds = object_in(pair, "bounds");
        if (!bounds.empty()) {
            text += fmt::format(
                "; log loss {:+.4f} ({:+.4f} to {:+.4f}) beside {:.4f}",
                bounds.at("mean").to_number<double>(),
                bounds.at("lower").to_number<double>(),
                bounds.at("upper").to_number<double>(),
                bounds.at("champion_loss").to_number<double>()
            );
        }
        text += split_text(object_in(pair, "split")) + "\n";
    }
    return text;
}

std::string change_text(std::string_view record) {
    const auto read = object_of(record);
    return read ? event_text(*read) + "\n" : std::string(record);
}

}  // namespace flightcast::app::versions
