// SPDX-License-Identifier: Apache-2.0
#include "gateway/accept/request_ids.h"

#include <openssl/evp.h>
#include <openssl/hmac.h>

#include <algorithm>
#include <array>
#include <utility>

#include "base/check.h"
#include "base/planted_bug.h"
#include "flight/request_json.h"

namespace flightcast::gateway::accept {
namespace {

bool is_visible(char c) {
    return c > ' ' && c <= '~';
}

std::string_view unquoted(std::string_view text) {
    if (text.size() < 2 || !text.starts_with('"') || !text.ends_with('"')) return text;
    return text.substr(1, text.size() - 2);
}

}  // namespace

base::Result<IdempotencyKey> IdempotencyKey::parse(std::string_view header) {
    const std::string_view key = unquoted(header);
    if (key.empty() || key.size() > kBytesMax || !std::ranges::all_of(key, is_visible)) {
        return base::fail(
            base::Errc::invalid_argument,
            "Idempotency-Key must be 1 to 255 visible ASCII characters, such as a UUID"
        );
    }
    return IdempotencyKey(std::string(key));
}

RequestIds::RequestIds(std::string secret, base::Random& random)
    : secret_(std::move(secret)), random_(random) {
    FC_CHECK(secret_.size() >= kSecretBytesMin);
}

// The hashed text cannot be read in two ways: a key holds no line feed, a place only digits, and
// the rest is the record as it goes into the log, without the fields that differ between
// submissions.
base::Uuid RequestIds::id_for(
    const IdempotencyKey& key, std::size_t place, const flight::Request& flight
) const {
    flight::Request said = flight;
    said.id = {};
    if (!base::is_planted(base::PlantedBug::repeated_submission_new_id)) said.timestamp.reset();
    std::string text =
        key.text() + "\n" + std::to_string(place) + "\n" + flight::encode_request(said);
    if (base::is_planted(base::PlantedBug::duplicate_id_other_body)) text = key.text();
    std::array<unsigned char, EVP_MAX_MD_SIZE> digest{};
    unsigned int size = 0;
    const auto* const bytes = reinterpret_cast<const unsigned char*>(text.data());
    const unsigned char* const done = HMAC(
        EVP_sha256(),
        secret_.data(),
        static_cast<int>(secret_.size()),
        bytes,
        text.size(),
        digest.data(),
        &size
    );
    FC_CHECK(done != nullptr);
    std::array<std::uint8_t, 16> half{};
    std::copy_n(digest.begin(), half.size(), half.begin());
    return base::Uuid::from_digest(half);
}

}  // namespace flightcast::gateway::accept
