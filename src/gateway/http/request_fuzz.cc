// SPDX-License-Identifier: Apache-2.0
//
// A request means the same whether its bytes arrive at once or one by one: same head, same body,
// same end. Where the two ways differ, a request could be smuggled.
#include <algorithm>
#include <cstdint>
#include <string>

#include "base/check.h"
#include "gateway/http/body_reader.h"
#include "gateway/http/head.h"

namespace {

using namespace flightcast::gateway::http;

constexpr std::size_t kBodyBytesMax = 1'000;

struct Outcome {
    unsigned refused = 0;
    std::size_t used = 0;
    std::string path;
    std::string body;
    BodyReader::State state = BodyReader::State::reading;

    bool operator==(const Outcome&) const = default;
};

// Takes one request, `step` bytes at a time.
Outcome read(std::string_view bytes, std::size_t step) {
    std::size_t seen = 0;
    std::size_t scanned = 0;
    while (seen < bytes.size()) {
        seen = std::min(seen + step, bytes.size());
        const auto end = find_head_end(bytes.substr(0, seen), scanned, {});
        if (const auto* malformed = std::get_if<Malformed>(&end))
            return {.refused = malformed->status};
        scanned = seen;
        if (std::holds_alternative<NeedMore>(end)) continue;
        const std::size_t length = std::get<std::size_t>(end);
        const auto head = parse_head(bytes.substr(0, length), {});
        if (!head) return {.refused = head.error().status};
        BodyReader body(*head, kBodyBytesMax);
        Outcome outcome{.used = length, .path = head->request.path};
        while (outcome.used < bytes.size() && body.state() == BodyReader::State::reading) {
            outcome.used += body.feed(bytes.substr(outcome.used, step));
        }
        outcome.state = body.state();
        if (outcome.state == BodyReader::State::done) outcome.body = body.take();
        FC_CHECK(outcome.body.size() <= kBodyBytesMax);
        return outcome;
    }
    return {};
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    const std::string_view bytes(reinterpret_cast<const char*>(data), size);
    const Outcome whole = read(bytes, std::max<std::size_t>(size, 1));
    const Outcome pieces = read(bytes, 1);
    // Of a head that is both too large and malformed, whichever is seen first is told.
    if (whole.refused != 0 && pieces.refused != 0) return 0;
    FC_CHECK(whole == pieces);
    return 0;
}
