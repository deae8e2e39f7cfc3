// SPDX-License-Identifier: Apache-2.0
#include "judging/evaluator.h"

#include <algorithm>
#include <set>
#include <utility>

#include "arrival/arrival_json.h"
#include "base/check.h"
#include "base/planted_bug.h"
#include "flight/prediction_json.h"
#include "judging/evaluation_json.h"

namespace flightcast::judging {

using arrival::Report;
using base::Uuid;
using eventlog::NewRecord;
using eventlog::Record;

namespace {

// What a prediction and a flight cost in memory, with the containers around them.
constexpr std::size_t kPredictionBytes = 280;
constexpr std::size_t kGroupBytes = 420;
constexpr std::size_t kReportBytes = sizeof(Report);

constexpr auto kSlack = std::chrono::hours(24);  // kept beyond the horizon

std::optional<std::string> key_of(const flight::Request& request) {
    const bool is_whole = request.flight_date && request.carrier && request.flight_num &&
                          request.origin && request.dest;
    if (!is_whole) return std::nullopt;
    const auto date = flight::parse_flight_date(*request.flight_date);
    if (!date || request.flight_num->empty()) return std::nullopt;
    return arrival::flight_key(
        date->date, *request.carrier, *request.flight_num, *request.origin, *request.dest
    );
}

Verdict verdict_of_event(arrival::Event event) {
    if (event == arrival::Event::cancelled) return Verdict::cancelled;
    return event == arrival::Event::diverted ? Verdict::diverted : Verdict::judged;
}

}  // namespace

Evaluator::Evaluator(EvaluatorOptions options)
    : options_(std::move(options)), sources_(options_.sources) {
    sources_.emplace_back(arrival::kClientSource);
}

bool Evaluator::Stand::says_the_same(const Stand& other) const {
    if (verdict != other.verdict) return false;
    if (verdict == Verdict::ambiguous || verdict == Verdict::withdrawn) return true;
    return observed == other.observed && source == other.source && arr_delay == other.arr_delay &&
           arrived_at == other.arrived_at && reported_at == other.reported_at;
}

int Evaluator::rank_of(std::uint16_t source) const {
    const auto client = static_cast<std::uint16_t>(options_.sources.size());
    if (source < client) return source;
    if (source == client && base::is_planted(base::PlantedBug::clients_rank_first)) return -1;
    return source == client ? client + 1 : client;
}

std::uint16_t Evaluator::number_of_source(const std::string& name) {
    constexpr std::size_t kSourcesMax = 1'000;
    const auto found = std::ranges::find(sources_, name);
    const auto number = static_cast<std::uint16_t>(found - sources_.begin());
    if (found != sources_.end()) return number;
    if (sources_.size() >= kSourcesMax) return static_cast<std::uint16_t>(kSourcesMax - 1);
    sources_.push_back(name);
    return number;
}

std::uint16_t Evaluator::number_of_model(const std::string& name) {
    constexpr std::size_t kModelsMax = 1'000;
    const auto found = std::ranges::find(models_, name);
    const auto number = static_cast<std::uint16_t>(found - models_.begin());
    if (found != models_.end()) return number;
    if (models_.size() >= kModelsMax) return static_cast<std::uint16_t>(kModelsMax - 1);
    models_.push_back(name);
    return number;
}

Evaluator::Group& Evaluator::group_of(const std::string& key, eventlog::RecordTime appended) {
    bring_back(key);
    const auto [place, is_new] = numbers_.try_emplace(key, next_group_);
    Group& group = groups_[place->second];
    group.touched = std::max(group.touched, appended);
    if (!is_new) return group;
    group.key = key;
    order_.push_back(next_group_++);
    return group;
}

std::optional<std::uint32_t> Evaluator::known_reports_by_id(const Uuid& id) const {
    if (!has_reports_by_id_) return std::nullopt;
    const auto own = numbers_.find(id.to_string());
    return own == numbers_.end() ? std::nullopt : std::optional(own->second);
}

std::optional<std::uint32_t> Evaluator::reports_by_id(const Uuid& id) {
    if (!has_reports_by_id_) return std::nullopt;
    bring_back(id.to_string());
    return known_reports_by_id(id);
}

Evaluator::Known* Evaluator::add_prediction(
    const Uuid& id, const flight::Request& request, eventlog::RecordTime appended
) {
    const auto key = key_of(request);
    Group& group = group_of(key.value_or(id.to_string()), appended);
    if (group.predictions.empty()) {
        group.is_flight = key.has_value();
        group.date = request.flight_date;
        group.carrier = request.carrier;
        group.origin = request.origin;
        group.dest = request.dest;
        group.number = request.flight_num;
    }
    set_unmatched(group, false);
    if (const auto own = reports_by_id(id)) set_unmatched(groups_.at(*own), false);
    group.predictions.push_back(id);
    Known known{
        .flight = numbers_.at(group.key),
        .crs = static_cast<std::int16_t>(request.crs_dep_time.value_or(-1)),
        .dep_delay = request.dep_delay ? static_cast<float>(*request.dep_delay) : kUnknownDelay,
        .requested_at = request.requested_at.value_or(appended)
    };
    return &predictions_.emplace(id, known).first->second;
}

void Evaluator::take_response(const Record& record) {
    if (!record.value) return;
    const auto prediction = flight::decode_prediction(*record.value, options_.zone);
    if (!prediction) return;
    const Uuid& id = prediction->request.id;
    if (const auto first = find_prediction(id); first != predictions_.end()) {
        if (!base::is_planted(base::PlantedBug::second_response_judged)) return;
        first->second.predicted = static_cast<std::uint8_t>(prediction->predicted);
        return;
    }
    Known* const known = add_prediction(id, prediction->request, record.appended);
    known->model = number_of_model(prediction->model.value_or(""));
    known->predicted = static_cast<std::uint8_t>(prediction->predicted);
    known->has_probabilities = prediction->probabilities.has_value();
    known->probabilities = prediction->probabilities.value_or(flight::Probabilities{});
    check_new(id, *known);
}

void Evaluator::take_arrival(const Record& record) {
    if (!record.value) return;
    const auto given =
        arrival::decode_arrival(*record.value, {.now = record.appended, .refuses_unknown = false});
    if (!given || arrival::event_of(*given) == arrival::Event::departed) return;
    const auto key =
        given->id ? std::optional(given->id->to_string()) : arrival::flight_key(*given);
    const Report report = report_of(*given, record.appended, number_of_source(given->source));
    newest_report_ = std::max(newest_report_, report.reported_at);
    if (!key) return;
    if (given->id) has_reports_by_id_ = true;
    Group& group = group_of(*key, record.appended);
    const std::size_t before = group.reports.all().size();
    const auto target = given->id ? find_prediction(*given->id) : predictions_.end();
    set_unmatched(group, group.predictions.empty() && target == predictions_.end());
    group.reports.add(report);
    report_count_ += group.reports.all().size() - before;
    check_all(group);
    if (target != predictions_.end()) check(target->first, target->second);
}

void Evaluator::note_sent(Known& known, const Stand& stand) {
    if (known.sent.revision == 0 && stand.revision > 0) ++judged_;
    if (known.sent.revision > 0 && stand.revision == 0) --judged_;
    known.sent = stand;
}

void Evaluator::take_evaluation(const Record& record) {
    if (!record.value || base::is_planted(base::PlantedBug::known_evaluations_unread)) return;
    if (!read_evaluation(*record.value, last_read_)) return;
    const Evaluation* const evaluation = &last_read_;
    auto found = find_prediction(evaluation->id);
    const bool is_new = found == predictions_.end();
    if (is_new) {
        flight::Request request;
        request.flight_date = evaluation->flight_date;
        request.carrier = evaluation->carrier;
        request.origin = evaluation->origin;
        request.dest = evaluation->dest;
        request.flight_num = evaluation->flight_num;
        request.crs_dep_time = evaluation->crs_dep_time;
        request.dep_delay = evaluation->dep_delay;
        request.requested_at = evaluation->requested_at;
        Known* const known = add_prediction(evaluation->id, request, record.appended);
        known->model = number_of_model(evaluation->model);
        known->predicted = static_cast<std::uint8_t>(evaluation->predicted);
        known->has_probabilities = evaluation->probabilities.has_value();
        known->probabilities = evaluation->probabilities.value_or(flight::Probabilities{});
        found = predictions_.find(evaluation->id);
    }
    Known& known = found->second;
    if (evaluation->revision <= known.seen.revision) return;  // The first of a revision counts.
    known.seen = {
        .revision = evaluation->revision,
        .verdict = evaluation->verdict,
        .observed = static_cast<std::uint8_t>(evaluation->observed),
        .source = number_of_source(evaluation->source),
        .arr_delay = evaluation->arr_delay,
        .arrived_at = evaluation->arrived_at,
        .reported_at = evaluation->reported_at
    };
    if (known.seen.revision >= known.sent.revision) note_sent(known, known.seen);
    is_new ? check_new(found->first, known) : check(found->first, known);
}

bool Evaluator::is_in_time(const Report& report, const Known& known) const {
    const bool is_late = report.reported_at > known.requested_at + options_.horizon;
    if (is_late && !base::is_planted(base::PlantedBug::horizon_unchecked)) return false;
    return known.requested_at <= report.arrived_at;
}

// The scheduled departures of the flights that share a number on one day.
//
// A report and a prediction that both tell one match when it is the same. A report without one
// matches when all predictions that have one have the same; a prediction without one, when all
// reports have the same. Otherwise nobody can tell.
Evaluator::Stand Evaluator::stand_of(const Uuid& id, const Known& known) const {
    const Group& group = groups_.at(known.flight);
    std::set<std::int16_t> asked, told;
    for (const Uuid& other : group.predictions) asked.insert(predictions_.at(other).crs);
    for (const Report& report : group.reports.all()) told.insert(report.crs);
    asked.erase(-1);
    told.erase(-1);
    bool is_ambiguous = false;
    std::vector<Report> matching;
    const auto own = group.is_flight ? known_reports_by_id(id) : std::nullopt;
    if (own) {
        const auto reports = groups_.at(*own).reports.all();
        matching.assign(reports.begin(), reports.end());
    }
    for (const Report& report : group.reports.all()) {
        if (!is_in_time(report, known)) continue;
        const bool both_tell = report.crs >= 0 && known.crs >= 0;
        const bool is_certain = !group.is_flight || both_tell ||
                                (report.crs < 0 ? asked.size() : told.size()) <= 1 ||
                                base::is_planted(base::PlantedBug::ambiguity_unseen);
        if (group.is_flight && both_tell && report.crs != known.crs) continue;
        is_certain ? matching.push_back(report) : static_cast<void>(is_ambiguous = true);
    }
    const Report* const report = arrival::counting(
        matching,
        [this](std::uint16_t source) { return rank_of(source); },
        [&](const Report& candidate) { return is_in_time(candidate, known); }
    );
    if (report == nullptr) {
        return {.verdict = is_ambiguous ? Verdict::ambiguous : Verdict::withdrawn};
    }
    Stand stand{
        .verdict = verdict_of_event(report->event),
        .source = report->source,
        .arr_delay = report->arr_delay,
        .arrived_at = report->arrived_at,
        .reported_at = report->reported_at
    };
    if (stand.verdict == Verdict::judged) {
        const std::size_t observed = flight::class_of_delay(static_cast<double>(report->arr_delay));
        stand.observed = static_cast<std::uint8_t>(observed);
    }
    return stand;
}

void Evaluator::check(const Uuid& id, const Known& known) {
    const Stand stand = stand_of(id, known);
    const bool is_unsaid = stand.verdict == Verdict::withdrawn &&
                           base::is_planted(base::PlantedBug::withdrawals_unsaid);
    const bool is_as_it_should = known.sent.revision == 0 ? stand.verdict == Verdict::withdrawn
                                                          : stand.says_the_same(known.sent);
    // Another evaluator may have published the same revision before, with another state: then that
    // one counts, and it is the one to replace. So nothing more is said before it is read.
    const bool is_under_way = known.sent.revision > known.seen.revision;
    if (is_as_it_should || is_unsaid || is_under_way) {
        due_.erase(id);
    } else {
        due_.insert(id);
    }
}

void Evaluator::check_new(const Uuid& id, const Known& known) {
    const Group& group = groups_.at(known.flight);
    const bool is_other = std::ranges::any_of(group.predictions, [&](const Uuid& other) {
        return predictions_.at(other).crs != known.crs;
    });
    is_other ? check_all(group) : check(id, known);
}

void Evaluator::check_all(const Group& group) {
    for (const Uuid& id : group.predictions) check(id, predictions_.at(id));
}

Evaluation Evaluator::evaluation_of(const Uuid& id, const Known& known, const Stand& stand) const {
    const Group& group = groups_.at(known.flight);
    Evaluation evaluation{
        .id = id,
        .model = models_.at(known.model),
        .revision = stand.revision,
        .verdict = stand.verdict,
        .flight_date = group.date,
        .carrier = group.carrier,
        .origin = group.origin,
        .dest = group.dest,
        .flight_num = group.number,
        .crs_dep_time = {},
        .dep_delay = {},
        .requested_at = known.requested_at,
        .predicted = known.predicted,
        .probabilities = {},
        .observed = stand.observed,
        .arr_delay = stand.arr_delay,
        .arrived_at = stand.arrived_at,
        .reported_at = stand.reported_at,
        .source = sources_.at(stand.source),
        .replaces = {}
    };
    if (known.crs >= 0) evaluation.crs_dep_time = known.crs;
    if (known.dep_delay != kUnknownDelay) evaluation.dep_delay = known.dep_delay;
    if (known.has_probabilities) evaluation.probabilities = known.probabilities;
    const bool is_unsaid = base::is_planted(base::PlantedBug::replaced_state_unsaid);
    if (known.sent.revision > 0 && !is_unsaid) {
        evaluation.replaces = Replaced{
            .revision = known.sent.revision,
            .verdict = known.sent.verdict,
            .observed = known.sent.observed
        };
    }
    return evaluation;
}

std::vector<NewRecord> Evaluator::take_due(std::size_t records_max) {
    std::vector<NewRecord> records;
    while (!due_.empty() && records.size() < records_max) {
        const Uuid id = *due_.begin();
        due_.erase(due_.begin());
        const auto found = find_prediction(id);
        if (found == predictions_.end()) continue;
        Known& known = found->second;
        Stand stand = stand_of(id, known);
        stand.revision = known.sent.revision + 1;
        records.push_back(
            {.topic = options_.topics.evaluation,
             .key = id.to_string(),
             .value = encode_evaluation(evaluation_of(id, known, stand)),
             .headers = {{"content-type", "application/json"}, {"schema", "1"}}}
        );
        note_sent(known, stand);
    }
    if (bytes() > options_.bytes_max) make_room();
    return records;
}

void Evaluator::start_over() {
    if (base::is_planted(base::PlantedBug::lost_evaluations_forgotten)) return;
    for (auto& [id, known] : predictions_) {
        if (known.sent.revision == known.seen.revision) continue;
        note_sent(known, known.seen);
        check(id, known);
    }
}

std::size_t Evaluator::bytes() const {
    return predictions_.size() * kPredictionBytes + groups_.size() * kGroupBytes +
           report_count_ * kReportBytes;
}

std::size_t Evaluator::bytes_of(const Group& group) {
    return kGroupBytes + group.predictions.size() * kPredictionBytes +
           group.reports.all().size() * kReportBytes;
}

void Evaluator::set_unmatched(Group& group, bool is_unmatched) {
    if (group.is_unmatched == is_unmatched) return;
    group.is_unmatched = is_unmatched;
    is_unmatched ? ++unmatched_ : --unmatched_;
}

void Evaluator::forget_oldest() {
    const std::uint32_t number = order_.front();
    order_.pop_front();
    const auto found = groups_.find(number);
    if (found == groups_.end()) return;  // It went with another one.
    Group& group = found->second;
    for (const Uuid& id : group.predictions) {
        const Known& known = predictions_.at(id);
        if (known.sent.revision > 0) --judged_;
        const bool may_be_judged = newest_report_ <= known.requested_at + options_.horizon;
        if (known.sent.revision == 0 && may_be_judged) ++forgotten_;
        due_.erase(id);
    }
    set_unmatched(group, false);
    drop(number);
}

void Evaluator::forget() {
    if (!options_.forgets) return;
    const auto oldest =
        newest_append_ - std::chrono::ceil<std::chrono::milliseconds>(options_.horizon + kSlack);
    while (!order_.empty()) {
        const auto first = groups_.find(order_.front());
        if (first != groups_.end() && first->second.touched >= oldest) break;
        forget_oldest();
    }
    if (bytes() > options_.bytes_max) make_room();
    if (file_ != nullptr) remove_old_of_file(oldest);
}

void Evaluator::consume(const std::vector<Record>& records) {
    for (const Record& record : records) {
        newest_append_ = std::max(newest_append_, record.appended);
        if (record.at.topic == options_.topics.response) {
            take_response(record);
        } else if (record.at.topic == options_.topics.arrival) {
            take_arrival(record);
        } else if (record.at.topic == options_.topics.evaluation) {
            take_evaluation(record);
        }
        forget();
    }
}

EvaluatorCounts Evaluator::counts() const {
    const std::size_t in_file =
        file_ == nullptr ? 0 : static_cast<std::size_t>(file_->counts().predictions);
    return {
        .waiting = predictions_.size() + in_file - judged_,
        .judged = judged_,
        .unmatched = unmatched_,
        .forgotten = forgotten_,
        .in_file = in_file,
        .bytes = bytes(),
        .file_trouble = file_trouble_
    };
}

}  // namespace flightcast::judging
