fc_module(
    stages
    USES flight/topics base flight eventlog store pipeline scoring judging experiment history drift
    TEST_USES eventlog/local eventlog/memory store/memory history/memory telemetry
)
