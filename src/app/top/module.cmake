fc_module(
    app/top
    USES base telemetry replay/targets app/cli app/options app/replay
    LINKS CLI11::CLI11 Boost::json fmt::fmt
)
