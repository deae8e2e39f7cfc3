// SPDX-License-Identifier: Apache-2.0
//
// The part of the evaluator that has to do with flights for which memory has no room.
//
// A flight goes with the reports that name its predictions by their ids, and comes back with them,
// so that it is judged by all that is known, wherever it waited. One with a revision under way
// stays in memory; that ends when the revision is read. The bytes of a flight are those of its
// structures: only this process reads them.
#include <algorithm>
#include <cstring>
#include <type_traits>
#include <utility>

#include "base/check.h"
#include "judging/evaluator.h"

namespace flightcast::judging {

using arrival::Report;
using base::Uuid;

namespace {

constexpr auto kClearEvery = std::chrono::hours(1);

// The share of the bound that stays free after there was no room.
constexpr std::size_t kRoomShare = 8;

class ByteWriter {
  public:
    template <typename Value>
    void value(const Value& value) {
        static_assert(std::is_trivially_copyable_v<Value>);
        bytes_.append(reinterpret_cast<const char*>(&value), sizeof value);
    }
    void text(const std::optional<std::string>& text) {
        value(text.has_value());
        if (!text) return;
        value(text->size());
        bytes_ += *text;
    }
    [[nodiscard]] std::string take() { return std::move(bytes_); }

  private:
    std::string bytes_;
};

class ByteReader {
  public:
    explicit ByteReader(std::string_view bytes) : bytes_(bytes) {}

    template <typename Value>
    Value value() {
        static_assert(std::is_trivially_copyable_v<Value>);
        Value value{};
        FC_CHECK(bytes_.size() >= sizeof value);
        std::memcpy(&value, bytes_.data(), sizeof value);
        bytes_.remove_prefix(sizeof value);
        return value;
    }
    std::optional<std::string> text() {
        if (!value<bool>()) return std::nullopt;
        const auto size = value<std::size_t>();
        FC_CHECK(bytes_.size() >= size);
        std::string text(bytes_.substr(0, size));
        bytes_.remove_prefix(size);
        return text;
    }

  private:
    std::string_view bytes_;
};

}  // namespace

void Evaluator::drop(std::uint32_t number) {
    const auto found = groups_.find(number);
    for (const Uuid& id : found->second.predictions) predictions_.erase(id);
    report_count_ -= found->second.reports.all().size();
    numbers_.erase(found->second.key);
    groups_.erase(found);
}

void Evaluator::lose_file(const base::Error& error) {
    const PutAwayCounts& lost = file_->counts();
    forgotten_ += static_cast<std::size_t>(lost.predictions - lost.judged);
    judged_ -= static_cast<std::size_t>(lost.judged);
    unmatched_ -= static_cast<std::size_t>(lost.unmatched);
    file_trouble_ = error.detail;
    file_.reset();
}

Evaluator::Predictions::iterator Evaluator::find_prediction(const Uuid& id) {
    const auto known = predictions_.find(id);
    if (known != predictions_.end() || file_ == nullptr) return known;
    const auto flight = file_->take(id);
    if (!flight) {
        lose_file(flight.error());
    } else if (*flight) {
        restore(**flight);
    }
    return predictions_.find(id);
}

void Evaluator::bring_back(const std::string& key) {
    if (file_ == nullptr || numbers_.contains(key)) return;
    const auto flight = file_->take(key);
    if (!flight) return lose_file(flight.error());
    if (*flight) restore(**flight);
}

void Evaluator::restore(const PutAway& flight) {
    ByteReader reader(flight.bytes);
    const std::uint32_t number = next_group_++;
    Group group;
    group.key = flight.key;
    group.touched = reader.value<eventlog::RecordTime>();
    group.is_flight = reader.value<bool>();
    group.is_unmatched = reader.value<bool>();
    for (auto* const text :
         {&group.date, &group.carrier, &group.origin, &group.dest, &group.number}) {
        *text = reader.text();
    }
    std::vector<Report> reports(reader.value<std::size_t>());
    for (Report& report : reports) report = reader.value<Report>();
    report_count_ += reports.size();
    group.reports = arrival::FlightReports(std::move(reports));
    group.predictions.resize(reader.value<std::size_t>());
    for (Uuid& id : group.predictions) {
        id = reader.value<Uuid>();
        Known known = reader.value<Known>();
        known.flight = number;
        predictions_.emplace(id, known);
    }
    const std::vector<Uuid> ids = group.predictions;
    numbers_.emplace(group.key, number);
    order_.push_back(number);
    groups_.emplace(number, std::move(group));
    for (const Uuid& id : ids) static_cast<void>(reports_by_id(id));
}

// Reports that name a prediction by its id go and come with its flight.
bool Evaluator::may_be_put_away(const Group& group) const {
    const auto is_under_way = [this](const Uuid& id) {
        const Known& known = predictions_.at(id);
        return known.sent.revision != known.seen.revision;
    };
    if (std::ranges::any_of(group.predictions, is_under_way)) return false;
    const auto id = group.predictions.empty() ? Uuid::parse(group.key) : std::nullopt;
    return !id || !predictions_.contains(*id);
}

void Evaluator::add_put_away(std::uint32_t number, std::vector<PutAway>& flights) const {
    const Group& group = groups_.at(number);
    PutAway flight{
        .key = group.key,
        .ids = group.predictions,
        .touched_ms = group.touched.time_since_epoch().count()
    };
    ByteWriter writer;
    writer.value(group.touched);
    writer.value(group.is_flight);
    writer.value(group.is_unmatched);
    for (const auto* const text :
         {&group.date, &group.carrier, &group.origin, &group.dest, &group.number}) {
        writer.text(*text);
    }
    writer.value(group.reports.all().size());
    for (const Report& report : group.reports.all()) writer.value(report);
    writer.value(group.predictions.size());
    for (const Uuid& id : group.predictions) {
        const Known& known = predictions_.at(id);
        writer.value(id);
        writer.value(known);
        flight.counts.judged += known.sent.revision > 0 ? 1 : 0;
    }
    flight.counts.predictions = static_cast<std::int64_t>(group.predictions.size());
    flight.counts.unmatched = group.is_unmatched ? 1 : 0;
    flight.bytes = writer.take();
    flights.push_back(std::move(flight));
}

bool Evaluator::put_away(const std::vector<PutAway>& flights) {
    if (file_ == nullptr && file_trouble_.empty() && options_.open_file) {
        auto opened = options_.open_file();
        if (opened) {
            file_ = *std::move(opened);
        } else {
            file_trouble_ = opened.error().detail;
        }
    }
    if (file_ == nullptr) return false;
    const auto put = file_->put(flights);
    if (put) {
        file_trouble_.clear();
        return true;
    }
    if (put.error().code == base::Errc::full) {
        file_trouble_ = put.error().detail;
    } else {
        lose_file(put.error());
    }
    return false;
}

// Many at once, since each change of the file costs.
void Evaluator::make_room() {
    const std::size_t wanted = options_.bytes_max - options_.bytes_max / kRoomShare;
    std::vector<PutAway> flights;
    std::vector<std::uint32_t> numbers;
    std::size_t freed = 0;
    const std::size_t held = bytes();
    for (std::size_t left = order_.size(); left > 0 && held - freed > wanted; --left) {
        const std::uint32_t number = order_.front();
        order_.pop_front();
        if (!groups_.contains(number)) continue;
        if (!may_be_put_away(groups_.at(number))) {
            order_.push_back(number);
            continue;
        }
        std::vector<std::uint32_t> together = {number};
        for (const Uuid& id : groups_.at(number).predictions) {
            const auto own = known_reports_by_id(id);
            if (own && *own != number) together.push_back(*own);
        }
        for (const std::uint32_t one : together) {
            add_put_away(one, flights);
            freed += bytes_of(groups_.at(one));
        }
        numbers.insert(numbers.end(), together.begin(), together.end());
    }
    if (!put_away(flights)) {
        // The newest first, so that the oldest are the first to be forgotten.
        for (auto at = numbers.rbegin(); at != numbers.rend(); ++at) order_.push_front(*at);
        while (!order_.empty() && bytes() > options_.bytes_max) forget_oldest();
        return;
    }
    for (const std::uint32_t number : numbers) drop(number);
}

void Evaluator::remove_old_of_file(eventlog::RecordTime oldest) {
    if (oldest < file_cleared_ + kClearEvery) return;
    file_cleared_ = oldest;
    const auto removed = file_->remove_before(oldest.time_since_epoch().count());
    if (!removed) return lose_file(removed.error());
    judged_ -= static_cast<std::size_t>(removed->judged);
    unmatched_ -= static_cast<std::size_t>(removed->unmatched);
}

}  // namespace flightcast::judging
