fc_module(
    stages
    USES base flight eventlog store pipeline scoring judging experiment drift
    TEST_USES eventlog/local eventlog/memory store/memory telemetry
)
