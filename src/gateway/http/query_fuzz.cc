// SPDX-License-Identifier: Apache-2.0
//
// Any text is parsed or refused; a parsed one is UTF-8 and, encoded again, parses to the same.
#include <algorithm>
#include <cstdint>

#include "base/check.h"
#include "base/utf8.h"
#include "gateway/http/query.h"

namespace {

using flightcast::gateway::http::Query;

std::string encode(std::string_view text) {
    constexpr std::string_view kDigits = "0123456789ABCDEF";
    std::string out;
    for (const char c : text) {
        const auto byte = static_cast<unsigned char>(c);
        out.append({'%', kDigits[byte >> 4U], kDigits[byte & 15U]});
    }
    return out;
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    const std::string_view text(reinterpret_cast<const char*>(data), size);
    // A target has nothing else.
    if (!std::ranges::all_of(text, [](char c) { return c > ' ' && c < '\x7f'; })) return 0;
    const Query query = Query::parse(text);
    std::string again;
    for (const auto& [name, value] : query.pairs()) {
        FC_CHECK(flightcast::base::is_utf8(name));
        FC_CHECK(flightcast::base::is_utf8(value));
        again.append(encode(name)).append("=").append(encode(value)).append("&");
    }
    FC_CHECK(Query::parse(again).pairs() == query.pairs());
    return 0;
}
