fc_module(
    experiment
    USES flight/topics base text flight flight/calendar eventlog pipeline scoring figures judging registry
    LINKS Boost::json
    TEST_USES eventlog/local eventlog/memory
)
