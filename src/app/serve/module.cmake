fc_module(
    app/serve
    USES app/serve/watch flight/topics base flight arrival eventlog eventlog/local eventlog/sqlite eventlog/kafka sqlite store/sqlite
         store/mongo history history/sqlite pipeline scoring stages registry experiment drift models replay replay/targets loadtest/net tracing gateway gateway/api gateway/net telemetry assets app/cli
         app/options
    TEST_USES eventlog/memory store/memory
    LINKS CLI11::CLI11
)
