// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>

#include "dataset/bytes/byte_source.h"

namespace flightcast::dataset::bytes {

// Unpacks a file of gzip, also in several pieces; bytes after the last piece that are no further
// piece are ignored, as gzip does. Errors call the file `name`.
[[nodiscard]] Source unpack_gzip(Source packed, std::string name);

}  // namespace flightcast::dataset::bytes
