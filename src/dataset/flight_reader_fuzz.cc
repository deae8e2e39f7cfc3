// SPDX-License-Identifier: Apache-2.0
//
// Any bytes as a file of flights: every row comes out with its texts or a problem, nothing else
// happens. Built by the preset `fuzz`.
#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <utility>

#include "base/check.h"
#include "dataset/flight_reader.h"
#include "dataset/timestamp.h"

namespace flightcast::dataset {
namespace {

class Memory final : public ByteSource {
  public:
    explicit Memory(std::span<const char> rest) : rest_(rest) {}

    base::Result<std::size_t> read(std::span<char> bytes) override {
        const std::size_t count = std::min(bytes.size(), rest_.size());
        std::ranges::copy(rest_.first(count), bytes.begin());
        rest_ = rest_.subspan(count);
        return count;
    }
    double share_read() const override { return 0; }

  private:
    std::span<const char> rest_;
};

void read_all(std::span<const char> bytes) {
    auto opened = open_flights(LineReader("fuzz", std::make_unique<Memory>(bytes)));
    if (!opened) return;
    while (true) {
        const auto flight = (*opened)->next();
        if (!flight || !*flight) return;
        for (const std::string_view text : (*flight)->texts) {
            FC_CHECK(text.size() <= bytes.size() + 32);
        }
        (void)parse_timestamp((*flight)->get(FlightField::flight_date));
    }
}

}  // namespace
}  // namespace flightcast::dataset

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    flightcast::dataset::read_all({reinterpret_cast<const char*>(data), size});
    return 0;
}
