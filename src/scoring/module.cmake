fc_module(scoring USES base flight eventlog store TEST_USES features flight_testing eventlog/memory store/memory)
