fc_module(eventlog/kafka/client USES base eventlog eventlog/membership LINKS PkgConfig::RDKAFKA TEST_USES eventlog_testing)
