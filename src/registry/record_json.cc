// SPDX-License-Identifier: Apache-2.0
//
// {"Id":"..","Follows":null,"Kind":"alias_set","At":"2008-04-01T12:00:00.000000Z","Author":"ann",
//  "Reason":"","Alias":"champion","Model":"march@58c3f5f6b8f2","Way":"promote"}
#include "registry/record_json.h"

#include <array>
#include <boost/json.hpp>
#include <cmath>

#include "base/check.h"
#include "flight/calendar/timestamp.h"
#include "registry/member_writer.h"

namespace flightcast::registry {

namespace json = boost::json;
using base::Errc;
using base::fail;
using base::Result;

namespace {

constexpr std::array<std::string_view, 7> kKinds = {
    "version_added",
    "version_removed",
    "alias_set",
    "experiment_started",
    "experiment_stopped",
    "experiment_decided",
    "unknown",
};
static_assert(kKinds.size() == std::variant_size_v<Event>);

constexpr std::array<std::string_view, 2> kWays = {"promote", "rollback"};
constexpr std::array<std::string_view, 4> kDecisions = {"harm", "better", "broken", "skewed"};

void append(MemberWriter& to, const VersionAdded& event) {
    to.text("Model", event.model);
    to.text("Digest", event.digest);
    to.integer("Bytes", static_cast<std::int64_t>(event.bytes));
    to.integer("Parts", event.parts);
    to.integer("PartsAt", event.parts_at);
    to.raw("Card", event.card);
}

void append(MemberWriter& to, const VersionRemoved& event) {
    to.text("Model", event.model);
}

void append(MemberWriter& to, const AliasSet& event) {
    to.text("Alias", event.alias);
    to.text("Model", event.model);
    to.text("Way", kWays[static_cast<std::size_t>(event.way)]);
}

void append(MemberWriter& to, const ExperimentStarted& event) {
    to.text("Experiment", event.experiment);
    std::string arms;
    for (const Arm& arm : event.arms) {
        MemberWriter member;
        member.text("Model", arm.model);
        member.number("Weight", arm.weight);
        arms += (arms.empty() ? "[" : ",") + std::move(member).finish();
    }
    to.raw("Arms", arms.empty() ? "[]" : arms + "]");
    to.flag("AutoPromote", event.auto_promote);
}

void append(MemberWriter& to, const ExperimentStopped& event) {
    to.text("Experiment", event.experiment);
}

void append(MemberWriter& to, const ExperimentDecided& event) {
    to.text("Experiment", event.experiment);
    to.text("Model", event.model);
    to.text("Decision", name_of(event.decision));
    MemberWriter numbers;
    for (const auto& [name, value] : event.numbers) numbers.number(name, value);
    to.raw("Numbers", std::move(numbers).finish());
    if (!event.sets) return;
    MemberWriter sets;
    append(sets, *event.sets);
    to.raw("Sets", std::move(sets).finish());
}

void append(MemberWriter& /*to*/, const Unknown& /*event*/) {
    FC_CHECK(false);
}

// Reads members of one object; the first fault stays.
class MemberReader {
  public:
    explicit MemberReader(const json::object& object) : object_(object) {}

    std::string text(std::string_view name) {
        auto value = maybe_text(name);
        if (!value) accuse(name, "a string");
        return value.value_or("");
    }
    std::optional<std::string> maybe_text(std::string_view name) {
        const json::value* const value = object_.if_contains(name);
        if (value == nullptr || value->is_null()) return std::nullopt;
        if (!value->is_string()) {
            accuse(name, "a string");
            return std::nullopt;
        }
        return std::string(value->get_string());
    }
    std::int64_t integer(std::string_view name) {
        const json::value* const value = object_.if_contains(name);
        if (value != nullptr && value->is_int64() && value->get_int64() >= 0) {
            return value->get_int64();
        }
        accuse(name, "a whole number that is not negative");
        return 0;
    }
    double number(std::string_view name) {
        const json::value* const value = object_.if_contains(name);
        if (value != nullptr && value->is_number()) return value->to_number<double>();
        accuse(name, "a number");
        return 0;
    }
    bool flag(std::string_view name) {
        const json::value* const value = object_.if_contains(name);
        if (value == nullptr) return false;
        if (!value->is_bool()) accuse(name, "true or false");
        return value->is_bool() && value->get_bool();
    }
    const json::value* find(std::string_view name) { return object_.if_contains(name); }

    template <std::size_t count>
    std::size_t one_of(std::string_view name, const std::array<std::string_view, count>& names) {
        const std::string given = text(name);
        for (std::size_t i = 0; i < count; ++i) {
            if (names[i] == given) return i;
        }
        accuse(name, "a known word");
        return 0;
    }
    void accuse(std::string_view name, std::string_view wanted) {
        if (!fault_.empty()) return;
        fault_ = "the member '" + std::string(name) + "' of a registry's record is not " +
                 std::string(wanted);
    }
    [[nodiscard]] const std::string& fault() const { return fault_; }

  private:
    const json::object& object_;
    std::string fault_;
};

AliasSet read_alias(MemberReader& from) {
    return {
        .alias = from.text("Alias"),
        .model = from.maybe_text("Model"),
        .way = static_cast<Way>(from.one_of("Way", kWays))
    };
}

std::vector<Arm> read_arms(MemberReader& from) {
    std::vector<Arm> arms;
    const json::value* const list = from.find("Arms");
    if (list == nullptr || !list->is_array()) {
        from.accuse("Arms", "a list");
        return arms;
    }
    for (const json::value& item : list->get_array()) {
        if (!item.is_object()) {
            from.accuse("Arms", "a list of objects");
            return arms;
        }
        MemberReader member(item.get_object());
        arms.push_back({.model = member.text("Model"), .weight = member.number("Weight")});
        if (!member.fault().empty()) from.accuse("Arms", "a list of models and weights");
    }
    return arms;
}

ExperimentDecided read_decided(MemberReader& from) {
    ExperimentDecided event{
        .experiment = from.text("Experiment"),
        .model = from.text("Model"),
        .decision = static_cast<Decision>(from.one_of("Decision", kDecisions)),
        .numbers = {},
        .sets = {}
    };
    const json::value* const numbers = from.find("Numbers");
    if (numbers == nullptr || !numbers->is_object()) {
        from.accuse("Numbers", "an object");
    } else {
        for (const auto& [name, value] : numbers->get_object()) {
            if (!value.is_number()) from.accuse("Numbers", "an object of numbers");
            if (!value.is_number()) break;
            event.numbers.emplace_back(name, value.to_number<double>());
        }
    }
    const json::value* const sets = from.find("Sets");
    if (sets == nullptr) return event;
    if (!sets->is_object()) {
        from.accuse("Sets", "an object");
        return event;
    }
    MemberReader alias(sets->get_object());
    event.sets = read_alias(alias);
    if (!alias.fault().empty()) from.accuse("Sets", "an alias");
    return event;
}

VersionAdded read_version(MemberReader& from) {
    VersionAdded event{
        .model = from.text("Model"),
        .digest = from.text("Digest"),
        .bytes = static_cast<std::uint64_t>(from.integer("Bytes")),
        .parts = static_cast<std::uint32_t>(from.integer("Parts")),
        .parts_at = from.integer("PartsAt"),
        .card = {}
    };
    const json::value* const card = from.find("Card");
    if (card == nullptr || !card->is_object()) {
        from.accuse("Card", "an object");
    } else {
        event.card = json::serialize(*card);
    }
    return event;
}

Event read_event(MemberReader& from, std::string_view kind) {
    if (kind == kKinds[0]) return read_version(from);
    if (kind == kKinds[1]) return VersionRemoved{.model = from.text("Model")};
    if (kind == kKinds[2]) return read_alias(from);
    if (kind == kKinds[3]) {
        return ExperimentStarted{
            .experiment = from.text("Experiment"),
            .arms = read_arms(from),
            .auto_promote = from.flag("AutoPromote")
        };
    }
    if (kind == kKinds[4]) return ExperimentStopped{.experiment = from.text("Experiment")};
    if (kind == kKinds[5]) return read_decided(from);
    return Unknown{.kind = std::string(kind)};
}

}  // namespace

std::string_view kind_of(const Event& event) {
    return kKinds[event.index()];
}

std::string_view name_of(Decision decision) {
    return kDecisions[static_cast<std::size_t>(decision)];
}

std::string encode_record(const Record& record) {
    MemberWriter to;
    to.text("Id", record.id.to_string());
    to.text("Follows", record.follows ? std::optional(record.follows->to_string()) : std::nullopt);
    to.text("Kind", kind_of(record.event));
    std::string at;
    flight::append_utc(at, record.at);
    to.text("At", at);
    to.text("Author", record.author);
    to.text("Reason", record.reason);
    std::visit([&to](const auto& event) { append(to, event); }, record.event);
    return std::move(to).finish();
}

Result<Record> decode_record(std::string_view text) {
    boost::system::error_code error;
    const json::value value = json::parse(text, error);
    if (error || !value.is_object()) {
        return fail(Errc::invalid_argument, "a record of the registry is not a JSON object");
    }
    MemberReader from(value.get_object());
    Record record;
    const auto id = base::Uuid::parse(from.text("Id"));
    if (!id) from.accuse("Id", "a UUID");
    record.id = id.value_or(base::Uuid{});
    if (const auto follows = from.maybe_text("Follows")) {
        record.follows = base::Uuid::parse(*follows);
        if (!record.follows) from.accuse("Follows", "a UUID or null");
    }
    const auto at = flight::parse_event_time(from.text("At"));
    if (!at) from.accuse("At", "a time with its offset");
    record.at = at.value_or(base::WallTime{});
    record.author = from.text("Author");
    record.reason = from.text("Reason");
    record.event = read_event(from, from.text("Kind"));
    if (!from.fault().empty()) return fail(Errc::invalid_argument, from.fault());
    return record;
}

}  // namespace flightcast::registry
