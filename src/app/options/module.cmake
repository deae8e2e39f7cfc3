fc_module(
    app/options
    USES flight/topics base flight telemetry eventlog/kafka store/mongo app/cli
    LINKS CLI11::CLI11 Boost::json
    ALONE option_rows.cc
)
