// SPDX-License-Identifier: Apache-2.0
//
// Works on text alone, so that a URI that cannot be parsed gives no password away either. Secrets
// are the text behind the first ':' before the last '@' (a password with an unescaped '@' or '/'
// is meant to be covered, too), and the values of some options.
#include "store/mongo/mongo_options.h"

#include <algorithm>
#include <array>
#include <cctype>
#include <string_view>

namespace flightcast::store::mongo {
namespace {

constexpr std::string_view kHidden = "***";
constexpr std::array<std::string_view, 5> kSecretOptions = {
    "tlscertificatekeyfilepassword",
    "sslclientcertificatekeypassword",
    "authmechanismproperties",
    "proxypassword",
    "password"
};

std::string hide_password(std::string_view uri) {
    const std::size_t scheme = uri.find("://");
    const std::size_t start = scheme == std::string_view::npos ? 0 : scheme + 3;
    const std::size_t at = uri.rfind('@');
    if (at == std::string_view::npos || at < start) return std::string(uri);
    const std::size_t colon = uri.find(':', start);
    if (colon == std::string_view::npos || colon > at) return std::string(uri);
    std::string text(uri.substr(0, colon + 1));
    text += kHidden;
    text += uri.substr(at);
    return text;
}

bool is_secret(std::string_view name) {
    std::string lower(name);
    std::ranges::transform(lower, lower.begin(), [](unsigned char c) {
        return static_cast<char>(std::tolower(c));
    });
    return std::ranges::find(kSecretOptions, lower) != kSecretOptions.end();
}

}  // namespace

std::string redacted_uri(std::string_view uri) {
    std::string text = hide_password(uri);
    const std::size_t question = text.find('?');
    if (question == std::string::npos) return text;
    std::string result = text.substr(0, question);
    std::string_view rest = std::string_view(text).substr(question);
    while (!rest.empty()) {
        result += rest.front();  // '?' or '&'
        rest.remove_prefix(1);
        const std::string_view pair = rest.substr(0, rest.find('&'));
        const std::size_t equals = pair.find('=');
        if (equals != std::string_view::npos && is_secret(pair.substr(0, equals))) {
            result += pair.substr(0, equals + 1);
            result += kHidden;
        } else {
            result += pair;
        }
        rest.remove_prefix(pair.size());
    }
    return result;
}

}  // namespace flightcast::store::mongo
