fc_module(eventlog/kafka/admin USES base eventlog eventlog/kafka/client eventlog/kafka/shared)
