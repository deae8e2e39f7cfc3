fc_module(eventlog/memory USES base eventlog eventlog/local TEST_USES eventlog_testing)
