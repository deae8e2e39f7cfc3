fc_module(
    app/serve/watch
    USES base flight/topics eventlog store pipeline experiment tracing telemetry models loadtest/net replay/targets
         app/options
    TEST_USES store/memory
)
