fc_module(
    timeline
    USES base arrival flight dataset dataset/row features/online features flight/airports replay
    TEST_USES replay/targets eventlog/memory
)
