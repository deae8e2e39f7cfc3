fc_module(
    history USES flight/topics base text flight arrival judging performance eventlog pipeline
    TEST_USES eventlog/local eventlog/memory history/memory telemetry
)
