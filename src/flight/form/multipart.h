// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string_view>

#include "base/result.h"
#include "flight/form/form.h"

namespace flightcast::flight {

// Reads the body of a multipart/form-data message (RFC 7578), of which `content_type` is the whole
// header. Lines end with CRLF. Parts with a file name are ignored. Errors: as parse_form's.
[[nodiscard]] base::Result<Fields> parse_multipart(
    std::string_view content_type, std::string_view body
);

}  // namespace flightcast::flight
