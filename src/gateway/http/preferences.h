// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "gateway/http/message.h"

namespace flightcast::gateway::http {

// One member of Accept, Accept-Encoding and their like (RFC 9110, 12.4.2).
struct Preference {
    std::string name;    // in lower case: "text/html", "br", "*"
    bool wanted = true;  // false: its weight is 0

    bool operator==(const Preference&) const = default;
};

// The members of all header fields called `header`, in the order of the client. A weight is only
// looked at for being 0: a client that takes several things gets the server's favourite.
[[nodiscard]] std::vector<Preference> preferences(const Headers& headers, std::string_view header);

// Whether the client takes the media type, "application/json": the range that names it most closely
// decides. Without an Accept header everything is accepted.
[[nodiscard]] bool accepts_type(const Headers& headers, std::string_view type);

// Whether the client takes the content coding, "gzip". Without Accept-Encoding it takes none.
[[nodiscard]] bool accepts_encoding(const Headers& headers, std::string_view coding);

}  // namespace flightcast::gateway::http
