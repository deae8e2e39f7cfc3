// SPDX-License-Identifier: Apache-2.0
#include "dataset/timestamp.h"

#include <algorithm>

#include "dataset/day.h"

namespace flightcast::dataset {
namespace {

// Reads from the front of a text; once something does not fit, nothing fits any more.
class Scanner {
  public:
    explicit Scanner(std::string_view text) : rest_(text) {}

    [[nodiscard]] bool at_end() const { return rest_.empty(); }
    [[nodiscard]] bool good() const { return good_; }

    // True, and past it, when one of `chars` comes next.
    bool skip(std::string_view chars) {
        if (rest_.empty() || chars.find(rest_.front()) == std::string_view::npos) return false;
        rest_.remove_prefix(1);
        return true;
    }

    void expect(std::string_view chars) { good_ = skip(chars) && good_; }

    // Two digits, at most `max`.
    int two_digits(int max) {
        if (rest_.size() < 2 || !is_digit(rest_[0]) || !is_digit(rest_[1])) {
            good_ = false;
            return 0;
        }
        const int number = (rest_[0] - '0') * 10 + (rest_[1] - '0');
        rest_.remove_prefix(2);
        good_ = good_ && number <= max;
        return number;
    }

    void skip_digits() {
        while (!rest_.empty() && is_digit(rest_.front())) rest_.remove_prefix(1);
    }

  private:
    static bool is_digit(char c) { return c >= '0' && c <= '9'; }

    std::string_view rest_;
    bool good_ = true;
};

}  // namespace

std::optional<UtcMinutes> parse_timestamp(std::string_view text) {
    constexpr std::size_t kDayBytes = 10;
    const auto day = parse_day(text.substr(0, std::min(text.size(), kDayBytes)));
    if (!day) return std::nullopt;
    Scanner scanner(text.substr(kDayBytes));
    scanner.expect("T ");
    int minutes = scanner.two_digits(23) * 60;
    scanner.expect(":");
    minutes += scanner.two_digits(59);
    if (scanner.skip(":")) {
        scanner.two_digits(60);
        if (scanner.skip(".")) scanner.skip_digits();
    }
    if (!scanner.skip("Z") && !scanner.at_end()) {
        const int sign = scanner.skip("-") ? 1 : -1;
        if (sign < 0) scanner.expect("+");
        int offset = scanner.two_digits(23) * 60;
        scanner.skip(":");
        offset += scanner.two_digits(59);
        minutes += sign * offset;
    }
    if (!scanner.good() || !scanner.at_end()) return std::nullopt;
    return UtcMinutes(*day) + std::chrono::minutes(minutes);
}

}  // namespace flightcast::dataset
