fc_module(
    models
    USES flight/topics base flight flight/airports forest features drift scoring eventlog registry telemetry assets
    LINKS Boost::json
    TEST_USES eventlog/local eventlog/memory forest_testing
)
