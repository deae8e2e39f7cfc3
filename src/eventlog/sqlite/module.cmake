fc_module(eventlog/sqlite USES base sqlite eventlog eventlog/local TEST_USES eventlog_testing)
