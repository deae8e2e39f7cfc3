fc_module(eventlog/kafka/producer USES base eventlog eventlog/membership eventlog/kafka/client TEST_USES eventlog_testing)
