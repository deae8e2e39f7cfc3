// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <algorithm>
#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "base/random.h"
#include "features/online/fold.h"
#include "features/online/news.h"
#include "flight/airports/airport_table.h"

namespace flightcast::features::online {

// Four airports of three regions.
inline std::shared_ptr<const flight::AirportTable> few_airports() {
    return std::make_shared<const flight::AirportTable>(
        flight::AirportTable::parse(
            R"({"Zone":"UTC","Airports":{"ATL":[33.6,-84.4],"SFO":[37.6,-122.4],)"
            R"("OAK":[37.7,-122.2],"JFK":[40.6,-73.8]}})"
        )
            .value()
    );
}

// News that own their names.
class NewsList {
  public:
    // `count` departures and landings, reported in order, of a few numbers among the airports.
    NewsList(std::uint64_t seed, std::size_t count) : random_(seed) {
        double time = 1.2e9;
        for (std::size_t i = 0; i < count; ++i) {
            time += static_cast<double>(random_.below(300));
            add(time, random_.below(3) == 0 ? arrival::Event::departed : arrival::Event::landed);
        }
    }

    [[nodiscard]] const std::vector<News>& news() const { return news_; }
    [[nodiscard]] std::vector<News>& news() { return news_; }

    // Flights to ask about, some of unknown names.
    [[nodiscard]] std::vector<Question> questions(double time) const {
        std::vector<Question> questions;
        for (std::size_t i = 0; i < std::min<std::size_t>(news_.size(), 50); ++i) {
            questions.push_back({.flight = news_[i].flight, .time = time});
        }
        questions.push_back({.flight = {"ZZ", "1", "ATL", "SFO"}, .time = time});
        questions.push_back({.flight = {"AA", "", "XXX", "SFO"}, .time = time});
        questions.push_back({.flight = {}, .time = time});
        return questions;
    }

  private:
    [[nodiscard]] std::string_view pick(const std::vector<std::string_view>& names) {
        return names[random_.below(names.size())];
    }

    void add(double time, arrival::Event event) {
        const std::string_view origin = pick({"ATL", "SFO", "JFK", "QQQ"});
        News news{
            .flight =
                {.carrier = pick({"AA", "DL", "WN"}),
                 .number = pick({"1", "22", "333", "0444", ""}),
                 .origin = origin,
                 .dest = pick({"OAK", "ATL", "JFK"})},
            .day = static_cast<std::int32_t>(time / kDay) -
                   static_cast<std::int32_t>(random_.below(2)),
            .crs = static_cast<std::int16_t>(600 + 100 * random_.below(12)),
            .event = event,
            .reported = time,
            .dep_delay = static_cast<float>(random_.below(60)) - 10
        };
        if (event == arrival::Event::landed) {
            news.arr_delay = *news.dep_delay + static_cast<float>(random_.below(40)) - 25;
            if (random_.below(8) > 0) news.elapsed_minutes = 60 + float(random_.below(200));
        }
        news_.push_back(news);
    }

    base::SeededRandom random_;
    std::vector<News> news_;
};

}  // namespace flightcast::features::online
