// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <memory>
#include <string>

#include "base/result.h"
#include "dataset/bytes/head_source.h"

namespace flightcast::dataset::bytes {

// The text in `source` as UTF-8 without a byte order mark: UTF-16 of either byte order, told by its
// mark or by zero bytes in its first characters, is converted, and so are lines that end with a
// carriage return alone; anything else stays as it is. Gives the first bytes to look at, too.
// Errors call the file `name`.
[[nodiscard]] base::Result<std::unique_ptr<HeadSource>> to_utf8(
    std::unique_ptr<HeadSource> source, std::string name
);

}  // namespace flightcast::dataset::bytes
