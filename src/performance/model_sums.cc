// SPDX-License-Identifier: Apache-2.0
//
// The text of sums: "1", then each integer in decimal behind a space, in the order of for_each(). A
// fixed sum is two: its upper and its lower 64 bits, both with a sign.
#include "performance/model_sums.h"

#include <algorithm>
#include <charconv>
#include <chrono>

#include "text/json_text.h"

namespace flightcast::performance {

using judging::Evaluation;
using judging::Verdict;

namespace {

constexpr std::string_view kSumsVersion = "1";

std::int64_t whole_minute(base::WallTime time) {
    return std::chrono::floor<std::chrono::minutes>(time).time_since_epoch().count();
}

std::size_t delay_bucket(std::chrono::microseconds delay) {
    const std::int64_t whole = std::chrono::floor<std::chrono::minutes>(delay).count();
    return static_cast<std::size_t>(
        std::ranges::upper_bound(kDelayBounds, whole) - kDelayBounds.begin()
    );
}

template <typename Sums, typename Visit>
void for_each(Sums& sums, const Visit& visit) {
    sums.tally.for_each_number(visit);
    for (auto& count : sums.verdicts) visit(count);
    for (auto& count : sums.delays) visit(count);
    visit(sums.delay_minutes);
    sums.classes.for_each_number(visit);
}

class NumberWriter {
  public:
    void operator()(std::int64_t number) const {
        out_ += ' ';
        text::append_integer(out_, number);
    }
    void operator()(const figures::FixedSum& sum) const {
        for (const std::int64_t half : sum.halves()) (*this)(half);
    }
    explicit NumberWriter(std::string& out) : out_(out) {}

  private:
    std::string& out_;
};

class NumberReader {
  public:
    explicit NumberReader(std::string_view text) : text_(text) {}

    void operator()(std::int64_t& number) {
        if (!text_.starts_with(' ')) return fail();
        const char* const end = text_.data() + text_.size();
        const auto [rest, error] = std::from_chars(text_.data() + 1, end, number);
        if (error != std::errc()) return fail();
        text_.remove_prefix(static_cast<std::size_t>(rest - text_.data()));
    }
    void operator()(figures::FixedSum& sum) {
        std::array<std::int64_t, 2> halves{};
        for (std::int64_t& half : halves) (*this)(half);
        sum = figures::FixedSum::of_halves(halves);
    }
    [[nodiscard]] bool is_done() const { return is_good_ && text_.empty(); }

  private:
    void fail() { is_good_ = false; }

    std::string_view text_;
    bool is_good_ = true;
};

}  // namespace

ModelSums& ModelSums::operator+=(const ModelSums& other) {
    tally += other.tally;
    for (std::size_t i = 0; i < verdicts.size(); ++i) verdicts[i] += other.verdicts[i];
    for (std::size_t i = 0; i < delays.size(); ++i) delays[i] += other.delays[i];
    delay_minutes += other.delay_minutes;
    classes += other.classes;
    return *this;
}

void ModelSums::count(const Evaluation& evaluation, const Counted& counted, Sign sign) {
    const std::int64_t one = sign == Sign::plus ? 1 : -1;
    verdicts[counted.verdict] += one;
    if (static_cast<Verdict>(counted.verdict) != Verdict::judged) return;
    const figures::JudgedAnswer answer{
        .predicted = evaluation.predicted,
        .observed = counted.observed,
        .probabilities = evaluation.probabilities
    };
    sign == Sign::plus ? tally.add(answer) : tally.subtract(answer);
    classes.add(evaluation.dep_delay, counted.observed, one);
    const auto known_after =
        base::WallTime(std::chrono::minutes(counted.minute)) - evaluation.requested_at;
    delays[delay_bucket(known_after)] += one;
    const double delay = std::chrono::duration<double, std::ratio<60>>(known_after).count();
    sign == Sign::plus ? delay_minutes.add(delay) : delay_minutes.subtract(delay);
}

std::int64_t ModelSums::flights() const {
    std::int64_t all = 0;
    for (const std::int64_t count : verdicts) all += count;
    return all;
}

// Of others no report is told; they count when they were requested.
bool has_report(const Evaluation& evaluation) {
    return evaluation.verdict != Verdict::ambiguous && evaluation.verdict != Verdict::withdrawn;
}

Counted counted_of(const Evaluation& evaluation) {
    const base::WallTime at =
        has_report(evaluation) ? evaluation.reported_at : evaluation.requested_at;
    return {
        .minute = static_cast<std::int32_t>(whole_minute(at)),
        .revision = static_cast<std::uint16_t>(std::min(evaluation.revision, 65'535)),
        .verdict = static_cast<std::uint8_t>(evaluation.verdict),
        .observed = static_cast<std::uint8_t>(evaluation.observed)
    };
}

std::string encode_sums(const ModelSums& sums) {
    std::string text(kSumsVersion);
    for_each(sums, NumberWriter(text));
    return text;
}

std::optional<ModelSums> decode_sums(std::string_view text) {
    if (!text.starts_with(kSumsVersion)) return std::nullopt;
    text.remove_prefix(kSumsVersion.size());
    ModelSums sums;
    NumberReader reader(text);
    for_each(sums, [&reader](auto& number) { reader(number); });
    if (!reader.is_done()) return std::nullopt;
    return sums;
}

}  // namespace flightcast::performance
