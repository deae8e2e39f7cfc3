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

Result<std::string> find_token(const TokenOption& option) {
    const std::string flag = "--" + option.name;
    if (option.file.empty()) {
        if (option.value.empty()) return option.value;
        const auto checked = check_token(flag, without_space_around(option.value));
        return checked ? option.value : checked;
    }
    const std::string name = flag + "-file: " + option.file.string();
    if (!option.value.empty()) {
        return fail(Errc::invalid_argument, name + " and " + flag + " are both given; choose one");
    }
    FC_TRY(
        const std::string text,
        read_small_file({.path = option.file, .option = flag + "-file", .what = "token"})
    );
    return check_token(name, without_space_around(text));
}

Result<std::string> find_token(const std::string& token, const std::filesystem::path& file) {
    return find_token({.name = "token", .value = token, .file = file});
}

}  // namespace flightcast::app::cli
