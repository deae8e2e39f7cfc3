// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "gateway/http/message.h"
#include "gateway/http/router.h"
#include "gateway/http/static_files.h"
#include "gateway/web/web_root.h"

namespace flightcast::gateway::web {

// The bytes of a file that is part of the program, by its name ("index.html"); they live as long as
// the program.
using FindBuiltIn = std::function<std::optional<std::string_view>(std::string_view name)>;

constexpr std::string_view kSocketIoPath = "/socket.io/";

// Where the official Socket.IO client's files are served, below the path of its protocol.
[[nodiscard]] std::vector<std::string> socketio_client_files(std::string_view socketio_path);

// The pages: those built into the program, and before them those of the folder that a user names.
//
// Built-in files below "/static/" answer to "/static/v-VERSION/..." as well, where VERSION is the
// hash that the build made of all of them: the file of such an address never changes, so
// browsers may keep it. Of another version the current file is served, to be asked for again.
//
// Where the protocol has another path than kSocketIoPath, the built-in pages name that one.
//
// Thread-safety: the I/O thread only.
class Pages {
  public:
    // `web_root` null: there is no user's folder.
    Pages(
        FindBuiltIn find,
        std::unique_ptr<WebRoot> web_root,
        std::string_view socketio_path = kSocketIoPath
    );

    // Adds "/", the prediction page, "/static/*" and the Socket.IO client. REQUIRES: this object
    // outlives the router.
    void add_to(http::Router& router);

    // Answers a request for a page or a file; 404 with a page if it is unknown.
    void serve(const http::Request& request, http::Respond respond);

  private:
    [[nodiscard]] std::optional<http::Response> from_program(const http::Request& request);
    [[nodiscard]] std::optional<std::string> file_behind(std::string_view path) const;
    [[nodiscard]] const http::Asset* built_in(const std::string& name);
    [[nodiscard]] http::Response not_found(const http::Request& request);

    const FindBuiltIn find_;
    const std::unique_ptr<WebRoot> web_root_;
    const std::string socketio_path_;
    const std::string versioned_;                             // "/static/v-0123456789ab/"
    std::map<std::string, http::Asset, std::less<>> assets_;  // those asked for so far
};

}  // namespace flightcast::gateway::web
