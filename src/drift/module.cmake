fc_module(
    drift
    USES flight/topics base text flight flight/calendar dataset forest features eventlog judging pipeline telemetry
    LINKS Boost::json
    TEST_USES eventlog/memory
)
