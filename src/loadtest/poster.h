// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <functional>

#include "base/clock.h"
#include "loadtest/ledger.h"
#include "loadtest/net/http_line.h"

namespace flightcast::loadtest {

// One HTTP connection on which clients post, one after the other.
struct Poster {
    struct Callbacks {
        std::function<void(Poster&, const base::Result<net::HttpResponse>&)> on_answer;
        std::function<void(Poster&)> on_rested;
    };

    // REQUIRES: `callbacks` lives as long as this.
    Poster(net::EventLoop& loop, const Callbacks& callbacks)
        : http(
              loop, [this, &callbacks](const auto& answer) { callbacks.on_answer(*this, answer); }
          ),
          rest(loop, [this, &callbacks] { callbacks.on_rested(*this); }) {}

    net::HttpLine http;
    net::Timer rest;              // After a POST that broke.
    ClientId client{};            // Whose POST is on its way,
    base::SteadyTime intended{};  // and when it was meant to be sent.
};

}  // namespace flightcast::loadtest
