fc_module(
    app/backup
    USES app/serve/watch base sqlite eventlog eventlog/local eventlog/sqlite store/sqlite telemetry app/cli app/options app/serve
    LINKS CLI11::CLI11 Boost::json fmt::fmt
)
