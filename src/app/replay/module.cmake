fc_module(
    app/replay
    USES base flight flight/airports dataset evaluate replay replay/targets loadtest/net eventlog models
         telemetry app/cli app/options app/serve
    LINKS CLI11::CLI11
)
