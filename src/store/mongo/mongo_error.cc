// SPDX-License-Identifier: Apache-2.0
//
// libmongoc tells causes apart by text more often than by number: while it looks for a server,
// every cause ends in "no suitable servers", with the last one in brackets.
#include "store/mongo/mongo_error.h"

#include <algorithm>
#include <string>

namespace flightcast::store::mongo {
namespace {

constexpr std::uint32_t kNotReached = 13'053;  // of libmongoc: no server within the time limit

struct Advice {
    std::string_view sign;  // stands in libmongoc's message
    std::string_view what;
};

// The first whose sign is found counts.
constexpr Advice kAdvice[] = {
    {"uthentication failed", "check user, password and authSource"},
    {"SCRAM Failure", "check user, password and authSource"},
    {"certificate verify failed",
     "the server's certificate is not signed by a known authority: check tlsCAFile"},
    {"ertificate", "check tlsCAFile, and that the certificate names this host"},
    {"TLS handshake", "check that the server speaks TLS, and tlsCAFile"},
    {"ailed to resolve", "check the host's name"},
    {"onnection refused", "check that the server runs, and its host and port"},
    {"ailed to connect", "check that the server runs, and its host, port and firewall"},
    {"onnection timeout", "check host, port and firewall"},
    {"ocket timeout", "the server is too slow, or stopped"},
    {"xceeded time limit", "the server is too slow: is there an index on UUID?"},
    {"onnection closed", "the server went away, or wants TLS (tls=true)"},
    {"expired",
     "check host, port and firewall, and whether the server wants TLS (tls=true) or not"},
    // In a command. While a server is looked for, one that wants TLS gives the same text.
    {"ocket error or timeout", "the server is too slow, or stopped"},
};

std::string_view advice_for(const bson_error_t& error, std::string_view message) {
    if (error.code == kUnauthorized) return "give the user the role readWrite on the database";
    if (error.code == kAuthenticationFailed) return "check user, password and authSource";
    for (const Advice& advice : kAdvice) {
        if (message.find(advice.sign) != std::string_view::npos) return advice.what;
    }
    return {};
}

// Without "No suitable servers found: `serverSelectionTimeoutMS` expired: " and the brackets.
std::string cause_of(std::string_view message) {
    const std::size_t open = message.find('[');
    const std::size_t close = message.rfind(']');
    if (!message.starts_with("No suitable servers") || open == std::string_view::npos ||
        close == std::string_view::npos || close < open) {
        return std::string(message);
    }
    return std::string(message.substr(open + 1, close - open - 1));
}

}  // namespace

base::Error to_error(const bson_error_t& error, std::string_view server, std::string_view purpose) {
    const std::string_view message = error.message;
    std::string detail = "MongoDB at " + std::string(server);
    detail += error.code == kNotReached ? " cannot be reached to " : ": cannot ";
    detail += std::string(purpose) + ": " + cause_of(message);
    const std::string_view advice = advice_for(error, message);
    if (!advice.empty()) detail += " (" + std::string(advice) + ")";
    return {.code = base::Errc::unavailable, .detail = std::move(detail)};
}

}  // namespace flightcast::store::mongo
