fc_module(
    today
    USES base text flight flight/calendar arrival features/online
    LINKS Boost::json
    TEST_USES flight_testing
)
