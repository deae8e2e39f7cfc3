// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <string>
#include <string_view>

#include "base/random.h"
#include "base/result.h"
#include "base/uuid.h"
#include "flight/request.h"

namespace flightcast::gateway::accept {

// A client's name for one submission, which it may therefore repeat (Idempotency-Key,
// draft-ietf-httpapi-idempotency-key-header).
class IdempotencyKey {
  public:
    static constexpr std::size_t kBytesMax = 255;

    // Reads the header's value: 1 to 255 visible ASCII characters, with or without the quotes that
    // the draft asks for. invalid_argument for anything else, with the accepted values.
    [[nodiscard]] static base::Result<IdempotencyKey> parse(std::string_view header);

    [[nodiscard]] const std::string& text() const { return text_; }

  private:
    explicit IdempotencyKey(std::string text) : text_(std::move(text)) {}

    std::string text_;
};

// Gives flights their ids. One that was submitted under a key gets the id
//
//     v4-shaped HMAC-SHA256(secret, key, its place in the submission, its fields)
//
// so a repeat is the same request wherever it arrives, the first outcome counts, and no table of
// keys is kept anywhere. The same key with another flight is another request. Without the
// secret an id can neither be guessed nor foreseen.
//
// Thread-safety: the I/O thread only.
class RequestIds {
  public:
    static constexpr std::size_t kSecretBytesMin = 32;

    // REQUIRES: `secret` has kSecretBytesMin bytes or more; `random` outlives the object.
    RequestIds(std::string secret, base::Random& random);

    [[nodiscard]] base::Uuid random_id() { return base::Uuid::random(random_); }

    // For flight number `place` (0, 1 ..) of a submission; `flight.id` and `flight.timestamp` do
    // not matter.
    [[nodiscard]] base::Uuid id_for(
        const IdempotencyKey& key, std::size_t place, const flight::Request& flight
    ) const;

  private:
    const std::string secret_;
    base::Random& random_;
};

}  // namespace flightcast::gateway::accept
