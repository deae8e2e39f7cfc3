// SPDX-License-Identifier: Apache-2.0
#include "app/cli/token.h"

#include <algorithm>
#include <string_view>

#include "app/cli/small_file.h"

namespace flightcast::app::cli {

using base::Errc;
using base::fail;
using base::Result;

namespace {

std::string without_space_around(std::string_view text) {
    constexpr std::string_view kSpace = " \t\r\n\f\v";
    const std::size_t first = std::min(text.find_first_not_of(kSpace), text.size());
    const std::size_t last = text.find_last_not_of(kSpace);
    return last == std::string_view::npos ? "" : std::string(text.substr(first, last + 1 - first));
}

// A token that no header can carry would shut everybody out.
Result<std::string> check_token(const std::string& name, std::string token) {
    const auto is_control = [](unsigned char c) { return c < 0x20 || c == 0x7F; };
    const std::string wanted = "; a token is a line of text without control characters";
    if (token.empty()) return fail(Errc::invalid_argument, name + " has only white space" + wanted);
    if (std::ranges::any_of(token, is_control)) {
        return fail(Errc::invalid_argument, name + " has a control character" + wanted);
    }
    return token;
}

}  // namespace

Result<std::string> find_token(const std::string& token, const std::filesystem::path& file) {
    if (file.empty()) {
        if (token.empty()) return token;
        const auto checked = check_token("--token", without_space_around(token));
        return checked ? token : checked;
    }
    const std::string name = "--token-file: " + file.string();
    if (!token.empty()) {
        return fail(Errc::invalid_argument, name + " and --token are both given; choose one");
    }
    FC_TRY(
        const std::string text,
        read_small_file({.path = file, .option = "--token-file", .what = "token"})
    );
    return check_token(name, without_space_around(text));
}

}  // namespace flightcast::app::cli
