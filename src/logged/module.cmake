fc_module(
    logged
    USES flight/topics base flight flight/calendar arrival dataset dataset/row eventlog judging replay
    TEST_USES replay/targets
)
