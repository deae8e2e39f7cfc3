fc_module(
    judging USES base text flight arrival figures eventlog pipeline scoring
    TEST_USES eventlog/local eventlog/memory
)
