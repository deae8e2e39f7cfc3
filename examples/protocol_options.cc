// SPDX-License-Identifier: Apache-2.0
#include "protocol_options.h"

#include <CLI/CLI.hpp>
#include <cstdlib>

ProtocolOptions read_options(int argc, char** argv, ProtocolOptions options) {
    CLI::App app("An echo server, to try clients against");
    app.add_option("--host", options.host, "Address to listen on")->capture_default_str();
    app.add_option("--port", options.port, "Port, 0 for any")->capture_default_str();
    app.add_option("--path", options.path, "Path of the endpoint")->capture_default_str();
    // Durations are milliseconds without a unit, else 300ms, 1s, 2m.
    const auto duration = CLI::AsNumberWithUnit(
        std::map<std::string, double>{{"ms", 1}, {"s", 1'000}, {"m", 60'000}}
    );
    const auto add_duration = [&](const char* name, std::chrono::milliseconds& target) {
        app.add_option_function<double>(
               name, [&target](double milliseconds) {
                   target = std::chrono::milliseconds(static_cast<long long>(milliseconds));
               }
        )->transform(duration);
    };
    add_duration("--ping-interval", options.ping_interval);
    add_duration("--ping-timeout", options.ping_timeout);
    add_duration("--connect-timeout", options.connect_timeout);
    app.add_option("--max-payload", options.max_payload, "Bytes of one message");
    app.add_option("--cors-origin", options.cors_origins, "Origin to allow, or *");
    try {
        app.parse(argc, argv);
    } catch (const CLI::ParseError& error) {
        std::exit(app.exit(error));  // NOLINT: the only thread
    }
    // As with the official server, "/path" stands for "/path/".
    if (!options.path.starts_with('/')) options.path.insert(0, "/");
    if (!options.path.ends_with('/')) options.path.append("/");
    return options;
}
