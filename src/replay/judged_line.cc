// SPDX-License-Identifier: Apache-2.0
#include "replay/judged_line.h"

#include <openssl/evp.h>

#include <algorithm>
#include <array>
#include <chrono>

#include "base/check.h"
#include "flight/calendar/timestamp.h"
#include "text/number_text.h"

namespace flightcast::replay {
namespace {

void append_word(std::string& line, std::string_view word) {
    line += ' ';
    if (word.empty()) line += '-';
    for (const char c : word) line += static_cast<unsigned char>(c) <= ' ' ? '_' : c;
}

void append_clock(std::string& line, std::int16_t minute) {
    const int hhmm = minute / 60 * 100 + minute % 60;
    const std::string digits = std::to_string(10'000 + hhmm);
    line += ' ';
    line.append(digits, 1, 4);
}

void append_second(std::string& line, std::chrono::sys_seconds time) {
    flight::append_isoformat(line, flight::LocalTime(time.time_since_epoch()));
    line += 'Z';
}

}  // namespace

std::string judged_line(const FlightList& list, const Answer& answer) {
    const Flight& flight = list.flights[answer.flight];
    std::string line;
    append_second(line, flight.departed);
    append_word(line, dataset::to_string(flight.day));
    append_word(line, list.carrier(flight));
    append_word(line, list.number(flight));
    append_word(line, list.origin(flight));
    append_word(line, list.dest(flight));
    append_clock(line, flight.scheduled_minute);
    append_word(line, answer.model);
    line += ' ' + std::to_string(answer.predicted);
    for (const double probability : answer.probabilities) {
        line += ' ';
        text::append_python_float(line, probability);
    }
    line += ' ' + std::to_string(flight::class_of_delay(flight.arr_delay));
    return line;
}

Digest::Digest() : context_(EVP_MD_CTX_new()) {
    FC_CHECK(context_ != nullptr);
    FC_CHECK(EVP_DigestInit_ex(context_, EVP_sha256(), nullptr) == 1);
}

Digest::~Digest() {
    EVP_MD_CTX_free(context_);
}

void Digest::add(std::vector<std::string> lines) {
    std::ranges::sort(lines);
    for (std::string& line : lines) {
        line += '\n';
        FC_CHECK(EVP_DigestUpdate(context_, line.data(), line.size()) == 1);
    }
}

std::string Digest::finish() {
    constexpr std::string_view kDigits = "0123456789abcdef";
    std::array<unsigned char, EVP_MAX_MD_SIZE> bytes{};
    unsigned size = 0;
    FC_CHECK(EVP_DigestFinal_ex(context_, bytes.data(), &size) == 1);
    std::string text;
    for (unsigned i = 0; i < size; ++i) {
        text += kDigits[bytes[i] >> 4U];
        text += kDigits[bytes[i] & 15U];
    }
    return text;
}

}  // namespace flightcast::replay
