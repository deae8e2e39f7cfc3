// SPDX-License-Identifier: Apache-2.0
#include "gateway/engineio/secret_id.h"

#include <algorithm>
#include <array>
#include <span>

#include "gateway/engineio/packet.h"

namespace flightcast::gateway::engineio {

std::string SecretIds::next() {
    std::array<char, 15> bytes{};
    random_.fill(std::as_writable_bytes(std::span(bytes).first<12>()));
    for (std::size_t i = 0; i < 3; ++i) bytes[12 + i] = static_cast<char>(count_ >> (16U - 8U * i));
    ++count_;
    std::string id = encode_base64({bytes.data(), bytes.size()});
    std::ranges::replace(id, '/', '_');
    std::ranges::replace(id, '+', '-');
    return id;
}

}  // namespace flightcast::gateway::engineio
