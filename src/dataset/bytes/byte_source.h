// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <memory>
#include <span>

#include "base/result.h"

namespace flightcast::dataset::bytes {

// Bytes from front to back: of a file, or of another source in another form.
//
// Thread-safety: one thread per object.
class ByteSource {
  public:
    virtual ~ByteSource() = default;

    // Fills the front of `bytes`, at least one of them, and returns how many; 0 at the end. Fails
    // with corrupt when the data are damaged or cut off, io when they cannot be read.
    //
    // REQUIRES: `bytes` is not empty.
    [[nodiscard]] virtual base::Result<std::size_t> read(std::span<char> bytes) = 0;

    // The part of the file itself that was read so far, 0 .. 1; 0 when its size is not known.
    [[nodiscard]] virtual double share_read() const = 0;
};

using Source = std::unique_ptr<ByteSource>;

}  // namespace flightcast::dataset::bytes
