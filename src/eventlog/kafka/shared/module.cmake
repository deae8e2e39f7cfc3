fc_module(
    eventlog/kafka/shared USES base eventlog eventlog/kafka/client eventlog/kafka/producer
    eventlog/kafka/consumer
)
