// SPDX-License-Identifier: Apache-2.0
#include "base/result.h"

#include "base/check.h"

namespace flightcast::base {

std::string_view to_string(Errc errc) {
    switch (errc) {
        case Errc::invalid_argument:
            return "invalid_argument";
        case Errc::not_found:
            return "not_found";
        case Errc::already_exists:
            return "already_exists";
        case Errc::corrupt:
            return "corrupt";
        case Errc::unsupported:
            return "unsupported";
        case Errc::full:
            return "full";
        case Errc::unavailable:
            return "unavailable";
        case Errc::timeout:
            return "timeout";
        case Errc::fenced:
            return "fenced";
        case Errc::io:
            return "io";
        case Errc::closed:
            return "closed";
    }
    FC_CHECK(false);
}

std::string to_string(const Error& error) {
    std::string text(to_string(error.code));
    text += ": ";
    text += error.detail;
    return text;
}

}  // namespace flightcast::base
