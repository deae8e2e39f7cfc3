// SPDX-License-Identifier: Apache-2.0
#include "app/replay/server_access.h"

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <system_error>

#include "app/cli/token.h"
#include "loadtest/net/endpoint.h"

namespace flightcast::app::replay {
namespace {

bool is_on_this_machine(const loadtest::net::Target& server) {
    const auto endpoints = loadtest::net::resolve(server);
    return endpoints && std::ranges::all_of(*endpoints, &loadtest::net::Endpoint::is_loopback);
}

std::filesystem::path token_of_folder(const options::ServeOptions& options) {
    const std::filesystem::path folder = options.data_folder();
    return folder / "admin-token";
}

}  // namespace

base::Result<ServerAccess> access_to(const std::string& url, const options::ServeOptions& options) {
    ServerAccess access;
    FC_TRY(access.server, loadtest::net::parse_target(url));
    FC_TRY(
        access.token,
        cli::find_token({.name = "token", .value = options.token, .file = options.token_file})
    );
    FC_TRY(
        access.admin_token,
        cli::find_token(
            {.name = "admin-token", .value = options.admin_token, .file = options.admin_token_file}
        )
    );
    if (!access.admin_token.empty() || !is_on_this_machine(access.server)) return access;
    std::error_code unknown;
    const std::filesystem::path file = token_of_folder(options);
    if (!std::filesystem::exists(file, unknown)) return access;
    FC_TRY(access.admin_token, cli::find_token({.name = "admin-token", .value = {}, .file = file}));
    return access;
}

std::string url_of_folder(const options::ServeOptions& options) {
    std::ifstream file(options.data_folder() / "server-url");
    std::string url;
    std::getline(file, url);
    return url;
}

}  // namespace flightcast::app::replay
