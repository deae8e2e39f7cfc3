// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <string>

#include "base/random.h"

namespace flightcast::gateway::engineio {

// Makes the ids that clients see, 20 characters: 96 random bits, because the id alone opens the
// session, and a counter, so that no two are equal.
class SecretIds {
  public:
    explicit SecretIds(base::Random& random) : random_(random) {}

    [[nodiscard]] std::string next();

  private:
    base::Random& random_;
    std::uint32_t count_ = 0;
};

}  // namespace flightcast::gateway::engineio
