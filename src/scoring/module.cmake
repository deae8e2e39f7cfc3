fc_module(
    scoring
    USES flight/topics base flight arrival features/online eventlog store pipeline
    TEST_USES features flight_testing eventlog/local eventlog/memory store/memory
)
if(TARGET scoring_test)
    fc_plant(scoring_test features/online scoring)
endif()
