fc_module(eventlog/kafka/consumer USES base eventlog eventlog/membership eventlog/kafka/client)
