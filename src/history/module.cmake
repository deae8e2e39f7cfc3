fc_module(
    history USES base text flight arrival judging performance eventlog pipeline
    TEST_USES eventlog/local eventlog/memory history/memory telemetry
)
