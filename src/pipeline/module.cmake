fc_module(pipeline USES base eventlog telemetry TEST_USES eventlog/local eventlog/memory)
