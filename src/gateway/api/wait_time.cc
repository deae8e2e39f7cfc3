// SPDX-License-Identifier: Apache-2.0
#include "gateway/api/wait_time.h"

#include <charconv>
#include <optional>

#include "base/limits.h"
#include "gateway/http/query.h"

namespace flightcast::gateway::api {
namespace {

using std::chrono::milliseconds;

std::optional<milliseconds> parse(std::string_view text) {
    int number = 0;
    const char* const end = text.data() + text.size();
    const auto [stop, error] = std::from_chars(text.data(), end, number);
    if (error != std::errc{} || number < 0) return std::nullopt;
    const std::string_view unit(stop, end);
    if (unit == "ms") return milliseconds(number);
    if (unit == "s") return std::chrono::seconds(number);
    return std::nullopt;
}

}  // namespace

base::Result<milliseconds> wait_time(std::string_view query) {
    const http::Query fields = http::Query::parse(query);
    const auto text = fields.find("wait");
    if (!text) return milliseconds::zero();
    const auto time = parse(*text);
    if (!time || *time > base::limits::kWaitMax) {
        return base::fail(
            base::Errc::invalid_argument, "give a time from 0s to 10s, such as 2s or 500ms"
        );
    }
    return *time;
}

}  // namespace flightcast::gateway::api
