fc_module(
    app/versions
    USES base text flight forest features eventlog registry models replay/targets loadtest/net telemetry
         app/cli app/options app/serve app/topics app/replay
    LINKS CLI11::CLI11 Boost::json fmt::fmt
)
