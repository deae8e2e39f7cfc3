// SPDX-License-Identifier: Apache-2.0
#include "features/online/fold.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <malloc.h>

#include <algorithm>
#include <array>
#include <bit>
#include <cmath>
#include <cstring>
#include <limits>
#include <memory>
#include <string>
#include <vector>

#include "features/online/decay.h"
#include "features/online/fold_testing.h"

namespace flightcast::features::online {
namespace {

constexpr double kStart = 1.2e9;

News landing(double time, float lost) {
    return {
        .flight = {"AA", "1", "ATL", "SFO"},
        .day = 13'888,
        .crs = 800,
        .event = arrival::Event::landed,
        .reported = time,
        .dep_delay = 10.0F,
        .arr_delay = 10.0F + lost
    };
}

double value_of(const Fold& fold, Value value, double time) {
    const Values values = fold.values({.flight = {"AA", "1", "ATL", "SFO"}, .time = time});
    return values[static_cast<std::size_t>(value)];
}

std::vector<std::uint32_t> bits_of(const Fold& fold, const NewsList& list, double time) {
    std::vector<std::uint32_t> bits;
    for (const Question& question : list.questions(time)) {
        for (const float value : fold.values(question)) {
            bits.push_back(std::bit_cast<std::uint32_t>(value));
        }
    }
    return bits;
}

TEST(Decay, IsAPowerOfOneHalf) {
    // Goal: within 1e-11 of the exact power at any age, 1 for what is not older, never rising with
    // age, and 0 in the end.
    for (const double halves : {0.0, 1e-9, 0.3, 1.0, 1.9999999, 2.0, 7.77, 60.0, 999.9}) {
        const double exact = std::exp2(-halves);
        EXPECT_NEAR(decay(halves * kHour, kHour) / exact, 1, 1e-11) << halves;
    }
    EXPECT_EQ(decay(0, 1), 1);
    EXPECT_EQ(decay(-5, 1), 1);
    EXPECT_EQ(decay(1'001, 1), 0);
    double before = 1;
    for (int seconds = 1; seconds < 20'000; ++seconds) {
        const double now = decay(static_cast<double>(seconds), kHour);
        ASSERT_LE(now, before) << seconds;
        before = now;
    }
}

TEST(Fold, OneLandingMovesWhatIsKnownOfItsFlight) {
    // Goal: with nothing known the usual values; after a flight that lost 20 minutes the means lean
    // on it by their strength, the additive model takes its share of the clipped surprise, and all
    // goes back with time.
    Fold fold(few_airports());
    EXPECT_EQ(value_of(fold, Value::expected_minutes_lost, kStart), 0);
    EXPECT_EQ(value_of(fold, Value::dest_minutes_lost_2h, kStart), -3);
    EXPECT_EQ(fold.add(landing(kStart, 20)), Folded::added);
    // The system's mean of 7 days: (20 + 2 * -3) / 3, and the destination's leans on it in turn.
    const double system = 14.0 / 3;
    EXPECT_NEAR(value_of(fold, Value::dest_minutes_lost_2h, kStart), (20 + 2 * system) / 3, 1e-5);
    const double x = 2'139.0 / 1'000;
    double variance =
        0;  // of the sum of the effects: sd squared, those of the wind times x squared
    for (const double sd : {1.5, 1.5, 2.5, 1.5, 2.2, 1.5, 2.0, 2.0, 2.5, 2.0, 3.0, 1.5, 1.2, 1.2}) {
        variance += sd * sd;
    }
    variance += 8 * x * x;
    const double expected = 20 * variance / (variance + 130);
    EXPECT_NEAR(value_of(fold, Value::expected_minutes_lost, kStart), expected, 0.05);
    const double later = value_of(fold, Value::expected_minutes_lost, kStart + kDay);
    EXPECT_LT(later, expected / 1.5);
    EXPECT_GT(later, 0.5);
    EXPECT_NEAR(value_of(fold, Value::expected_minutes_lost, kStart + 400 * kDay), 0, 0.1);
}

TEST(Fold, TimesAloftStandBesideTheSchedule) {
    // Goal: nothing is known without times aloft. A flight of 100 minutes that lost 20 was
    // scheduled for 80; the next one of its number takes the route's mean of 100 and its own
    // schedule of 80, or the schedule that the question tells.
    Fold fold(few_airports());
    EXPECT_TRUE(std::isnan(value_of(fold, Value::elapsed_over_schedule, kStart)));
    fold.add(landing(kStart, 20));
    EXPECT_TRUE(std::isnan(value_of(fold, Value::elapsed_over_schedule, kStart)));
    News timed = landing(kStart + 60, 20);
    timed.crs = 900;
    timed.elapsed_minutes = 100.0F;
    ASSERT_EQ(fold.add(timed), Folded::added);
    const double now = kStart + kHour;
    EXPECT_NEAR(value_of(fold, Value::elapsed_over_schedule, now), 20, 1e-4);
    const Values told =
        fold.values({.flight = {"AA", "1", "ATL", "SFO"}, .time = now, .scheduled_elapsed = 90});
    EXPECT_NEAR(told[static_cast<std::size_t>(Value::elapsed_over_schedule)], 10, 1e-4);
}

TEST(Fold, SameNewsGiveTheSameBits) {
    // Goal: two folds of the same news answer alike bit for bit; the sum of the bits is fixed, so
    // that another compiler or processor is noticed.
    constexpr std::uint64_t kSeed = 11;
    const NewsList list(kSeed, 20'000);
    Fold one(few_airports());
    Fold two(few_airports());
    for (const News& news : list.news()) {
        one.add(news);
        two.add(news);
    }
    const auto bits = bits_of(one, list, one.clock() + 600);
    EXPECT_EQ(bits, bits_of(two, list, one.clock() + 600));
    std::uint64_t sum = 0;
    for (const std::uint32_t word : bits) sum = sum * 1'000'003 + word;
    EXPECT_EQ(sum, 272'166'109'511'606'683U) << "seed " << kSeed;
}

TEST(Fold, RepeatsAndLateNewsChangeNothing) {
    // Goal: the same report twice, one of a lower rank, one more than a day behind, and one without
    // delays leave every bit as it was, and are counted.
    const NewsList list(3, 2'000);
    Fold fold(few_airports());
    for (const News& news : list.news()) fold.add(news);
    const double now = fold.clock() + 60;
    News told = landing(now, 5);
    ASSERT_EQ(fold.add(told), Folded::added);
    const auto before = bits_of(fold, list, now);
    EXPECT_EQ(fold.add(told), Folded::repeated);
    News other = landing(now, 50);
    other.rank = 1;
    EXPECT_EQ(fold.add(other), Folded::repeated);
    EXPECT_EQ(fold.add(landing(now - kDay - 1, 50)), Folded::late);
    News empty = landing(now, 5);
    empty.crs = 900;
    empty.arr_delay.reset();
    empty.dep_delay.reset();
    EXPECT_EQ(fold.add(empty), Folded::unusable);
    News nameless = landing(now, 5);
    nameless.flight.dest = "";
    EXPECT_EQ(fold.add(nameless), Folded::unusable);
    EXPECT_EQ(bits_of(fold, list, now), before);
    EXPECT_EQ(fold.count(Folded::late), 1U);
    EXPECT_EQ(fold.count(Folded::unusable), 2U);
}

TEST(Fold, TheBestSourcesNewestReportCounts) {
    // Goal: for departures, landings and cancellations alike: a better source replaces a worse one,
    // a worse one never a better one, whichever is told first; of one source the newest counts.
    const auto told = [](News news, std::int16_t rank, double after) {
        news.rank = rank;
        news.reported = kStart + after;
        return news;
    };
    const News lost_5 = landing(kStart, 5);
    const News lost_30 = landing(kStart, 30);
    News cancelled = lost_5;
    cancelled.event = arrival::Event::cancelled;
    const auto expected = [](const Fold& fold) {
        return value_of(fold, Value::flight_minutes_lost_21d, kStart + kHour);
    };
    Fold only_5(few_airports());
    only_5.add(told(lost_5, 0, 0));
    Fold fold(few_airports());
    EXPECT_EQ(fold.add(told(lost_30, 1, 0)), Folded::added);
    EXPECT_EQ(fold.add(told(lost_5, 0, 60)), Folded::corrected);
    EXPECT_NEAR(expected(fold), expected(only_5), 1e-4);
    EXPECT_EQ(fold.add(told(lost_30, 1, 120)), Folded::repeated);
    EXPECT_EQ(fold.add(told(cancelled, 1, 180)), Folded::repeated);
    EXPECT_EQ(fold.add(told(cancelled, 0, 30)), Folded::repeated);  // older than its own landing
    EXPECT_NEAR(expected(fold), expected(only_5), 1e-4);
    EXPECT_EQ(fold.add(told(cancelled, 0, 240)), Folded::corrected);
    EXPECT_EQ(fold.add(told(lost_30, 1, 300)), Folded::repeated);
    EXPECT_NEAR(expected(fold), expected(Fold(few_airports())), 1e-4);
    EXPECT_EQ(fold.add(told(lost_5, 0, 360)), Folded::added);
    News departure = lost_5;
    departure.event = arrival::Event::departed;
    departure.crs = 900;
    EXPECT_EQ(fold.add(told(departure, 1, 400)), Folded::added);
    News corrected = departure;
    corrected.dep_delay = 90.0F;
    EXPECT_EQ(fold.add(told(corrected, 2, 410)), Folded::repeated);
    EXPECT_EQ(fold.add(told(corrected, 0, 420)), Folded::corrected);
    EXPECT_EQ(fold.add(told(departure, 1, 430)), Folded::repeated);
    EXPECT_NEAR(value_of(fold, Value::origin_dep_delay_1h, kStart + 420), (90 + 2 * 8) / 3.0, 0.3);
}

struct Difference {
    double means = 0;  // the largest, of all values but those of the additive model
    double expected = 0;
    double error = 0;
};

Difference difference(const Fold& a, const Fold& b, const std::vector<Question>& questions) {
    Difference most;
    for (const Question& question : questions) {
        const Values left = a.values(question);
        const Values right = b.values(question);
        for (std::size_t i = 0; i < kValueCount; ++i) {
            if (std::isnan(left[i]) && std::isnan(right[i])) continue;
            double& place = i == 0 ? most.expected : (i == 1 ? most.error : most.means);
            place = std::max<double>(place, std::abs(left[i] - right[i]));
        }
    }
    return most;
}

TEST(Fold, CorrectionsEqualARebuild) {
    // Goal: a landing that is corrected two days and 1,000 reports later gives the means of a fold
    // that was told the right value at once, to the last digits of a float, and expectations within
    // 0.36 of the correction; taking it back likewise gives the means without it.
    constexpr std::uint64_t kSeed = 5;
    const NewsList list(kSeed, 1'500);
    Fold corrected(few_airports());
    Fold right(few_airports());
    Fold without(few_airports());
    Fold taken_back(few_airports());
    const double first = list.news().front().reported;
    News wrong = landing(first, 40);
    wrong.elapsed_minutes = 200.0F;
    News mended = landing(first, 10);
    mended.elapsed_minutes = 170.0F;
    corrected.add(wrong);
    taken_back.add(wrong);
    right.add(mended);
    for (const News& news : list.news()) {
        for (Fold* fold : {&corrected, &right, &without, &taken_back}) fold->add(news);
    }
    const double now = corrected.clock();
    ASSERT_LT(now - first, 3 * kDay);
    mended.reported = now;
    EXPECT_EQ(corrected.add(mended), Folded::corrected);
    News cancelled = wrong;
    cancelled.reported = now;
    cancelled.event = arrival::Event::cancelled;
    EXPECT_EQ(taken_back.add(cancelled), Folded::corrected);
    const Difference mend = difference(corrected, right, list.questions(now));
    EXPECT_LT(mend.means, 2e-4) << kSeed;
    EXPECT_LT(mend.expected, 0.36 * 30);
    EXPECT_EQ(mend.error, 0);
    EXPECT_LT(difference(taken_back, without, list.questions(now)).means, 2e-4);
    Fold uncorrected(few_airports());
    uncorrected.add(wrong);
    for (const News& news : list.news()) uncorrected.add(news);
    EXPECT_GT(difference(uncorrected, right, list.questions(now)).means, 1e-2);
}

TEST(Fold, CorrectionsOfExpectationsStayNearARebuild) {
    // Goal: over 200 corrections of random flights the expectation is off the rebuild's by less
    // than 0.05 of the correction in the mean, and never by more than the stated 0.36.
    constexpr std::uint64_t kSeed = 8;
    NewsList list(kSeed, 3'000);
    base::SeededRandom random(kSeed);
    double sum = 0;
    double largest = 0;
    std::size_t corrections = 0;
    while (corrections < 200) {
        const std::size_t place = random.below(list.news().size() - 1'000);
        News wrong = list.news()[place];
        if (wrong.event != arrival::Event::landed || wrong.crs < 0) continue;
        wrong.arr_delay = *wrong.arr_delay + 20;
        Fold corrected(few_airports());
        Fold right(few_airports());
        for (std::size_t i = 0; i < place + 1'000; ++i) {
            corrected.add(i == place ? wrong : list.news()[i]);
            right.add(list.news()[i]);
        }
        News mended = list.news()[place];
        mended.reported = corrected.clock();
        if (corrected.add(mended) != Folded::corrected) continue;
        const double off =
            difference(corrected, right, list.questions(corrected.clock())).expected / 20;
        sum += off;
        largest = std::max(largest, off);
        ++corrections;
    }
    EXPECT_LT(sum / static_cast<double>(corrections), 0.05);
    EXPECT_LT(largest, 0.36);
}

// 300 airports of as many regions.
std::shared_ptr<const flight::AirportTable> many_airports(std::vector<std::string>& codes) {
    std::string json = R"({"Zone":"UTC","Airports":{)";
    for (int i = 0; i < 300; ++i) {
        codes.push_back({'A', char('A' + i / 26), char('A' + i % 26)});
        const int latitude = -70 + i / 20 * 5;
        const int longitude = -170 + i % 20 * 6;
        json += (i == 0 ? "\"" : ",\"") + codes.back() + "\":[" + std::to_string(latitude) + "," +
                std::to_string(longitude) + "]";
    }
    return std::make_shared<const flight::AirportTable>(
        flight::AirportTable::parse(json + "}}").value()
    );
}

TEST(Fold, ItsMemoryIsBounded) {
    // Goal: with every table full the fold takes 60 MiB at most by its own count, and by that of
    // the allocator, where there is one that counts.
    std::vector<std::string> codes;
    const auto airports = many_airports(codes);
    const auto allocated = [] {
        const struct mallinfo2 info = ::mallinfo2();
        return info.uordblks + info.hblkhd;
    };
    const std::size_t before = allocated();
    Fold fold(airports);
    for (std::size_t i = 0; i < 180'000; ++i) {
        const std::string number = std::to_string(i % 60'000);
        const std::string carrier = std::to_string(10 + i % 89);
        News news = landing(kStart + static_cast<double>(i), 5);
        news.flight = {carrier, number, codes[i % 300], codes[i / 300 % 300]};
        fold.add(news);
        news.event = arrival::Event::departed;
        news.crs = 900;
        fold.add(news);
    }
    EXPECT_EQ(fold.tables().number.entries().size(), kNumber.keys_max);
    EXPECT_EQ(fold.tables().route.entries().size(), kRoute.keys_max);
    EXPECT_EQ(fold.tables().regions.entries().size(), kRegions.keys_max);
    constexpr std::size_t kMost = std::size_t{60} << 20U;
    EXPECT_LT(fold.table_bytes(), kMost);
    EXPECT_GT(fold.table_bytes(), kMost / 2);
    if (before == 0) GTEST_SKIP() << "the allocator does not count";
    EXPECT_LT(allocated() - before, kMost + (std::size_t{4} << 20U));
}

TEST(Fold, ABoundedTableTreatsFurtherKeysAsUnknown) {
    // Goal: more flights than a table holds do not grow it, and flights of a full table are
    // answered as unknown ones.
    Fold fold(nullptr);
    double time = kStart;
    for (std::size_t number = 0; number < 120'000; ++number) {
        const std::string name = std::to_string(number % 60'000 + 1);
        News news = landing(time, 30);
        news.flight.number = name;
        news.flight.origin = number < 60'000 ? "ATL" : "JFK";
        fold.add(news);
        time += 1;
    }
    EXPECT_EQ(fold.tables().number.entries().size(), kNumber.keys_max);
    EXPECT_FALSE(std::isnan(value_of(fold, Value::flight_minutes_lost_21d, time)));
}

}  // namespace
}  // namespace flightcast::features::online
