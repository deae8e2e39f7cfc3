// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>

#include "dataset/bytes/byte_source.h"

namespace flightcast::dataset::bytes {

// Unpacks a file of bzip2, also in several pieces. Errors call it `name`.
[[nodiscard]] Source unpack_bzip2(Source packed, std::string name);

}  // namespace flightcast::dataset::bytes
