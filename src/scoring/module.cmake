fc_module(
    scoring
    USES base flight eventlog store pipeline
    TEST_USES features flight_testing eventlog/local eventlog/memory store/memory
)
