fc_module(eventlog/kafka USES base eventlog eventlog/membership LINKS PkgConfig::RDKAFKA TEST_USES eventlog_testing)
