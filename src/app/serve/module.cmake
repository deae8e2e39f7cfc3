fc_module(
    app/serve
    USES base flight eventlog eventlog/local eventlog/sqlite eventlog/kafka sqlite store/sqlite
         store/mongo scoring models gateway gateway/net telemetry assets app/cli app/options
    LINKS CLI11::CLI11
)
