fc_module(
    judging USES flight/topics base sqlite text flight arrival figures eventlog pipeline scoring
    TEST_USES eventlog/local eventlog/memory performance
)
if(TARGET judging_test)
    fc_plant(judging_test arrival judging)
endif()
