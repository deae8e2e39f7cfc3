// SPDX-License-Identifier: Apache-2.0
#include "app/cli/token.h"

#include <algorithm>
#include <cctype>
#include <fstream>
#include <iterator>

namespace flightcast::app::cli {

using base::Errc;
using base::fail;
using base::Result;

namespace {

constexpr std::size_t kTokenBytesMax = 4'096;

}  // namespace

Result<std::string> find_token(const std::string& token, const std::filesystem::path& file) {
    if (file.empty()) return token;
    const std::string name = "--token-file: " + file.string();
    if (!token.empty()) {
        return fail(Errc::invalid_argument, name + " and --token are both given; choose one");
    }
    std::ifstream stream(file, std::ios::binary);
    std::string found(std::istreambuf_iterator<char>(stream), {});
    if (!stream) return fail(Errc::not_found, name + " cannot be read");
    const auto is_space = [](unsigned char c) { return std::isspace(c) != 0; };
    found.erase(std::find_if_not(found.rbegin(), found.rend(), is_space).base(), found.end());
    found.erase(found.begin(), std::ranges::find_if_not(found, is_space));
    if (found.empty() || found.size() > kTokenBytesMax) {
        return fail(
            Errc::invalid_argument,
            name + " must hold a token of 1 to " + std::to_string(kTokenBytesMax) + " bytes"
        );
    }
    return found;
}

}  // namespace flightcast::app::cli
