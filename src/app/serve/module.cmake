fc_module(
    app/serve
    USES base flight eventlog eventlog/local eventlog/sqlite eventlog/kafka sqlite store/sqlite
         store/mongo pipeline scoring stages registry experiment models replay replay/targets loadtest/net tracing gateway gateway/api gateway/net telemetry assets app/cli
         app/options
    TEST_USES eventlog/memory store/memory
    LINKS CLI11::CLI11
)
