fc_module(
    eventlog/kafka USES base eventlog eventlog/membership eventlog/kafka/client
    eventlog/kafka/producer eventlog/kafka/consumer eventlog/kafka/shared eventlog/kafka/admin
    TEST_USES eventlog_testing
)
