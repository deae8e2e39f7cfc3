fc_module(
    eventlog/kafka/admin USES base eventlog eventlog/membership eventlog/kafka/client
    eventlog/kafka/shared
)
