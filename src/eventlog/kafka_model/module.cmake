fc_module(eventlog/kafka_model USES base eventlog eventlog/membership TEST_USES eventlog_testing)
