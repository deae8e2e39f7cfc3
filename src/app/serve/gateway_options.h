// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <memory>

#include "app/options/options.h"
#include "base/result.h"
#include "flight/calendar/time_zone.h"
#include "gateway/gateway.h"

namespace flightcast::app::serve {

// The gateway's share of the options. Errors name the option: a token file or certificate that
// cannot be used, only one of certificate and key, an alias, a path, an origin or a cookie's name
// that is none.
[[nodiscard]] base::Result<gateway::GatewayOptions> gateway_options(
    const options::ServeOptions& options, flight::TimeZone zone
);

// The certificate as its files are now; null without TLS.
[[nodiscard]] base::Result<std::shared_ptr<const gateway::net::TlsContext>> load_tls(
    const options::ServeOptions& options
);

}  // namespace flightcast::app::serve
