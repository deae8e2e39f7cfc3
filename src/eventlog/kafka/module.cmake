fc_module(eventlog/kafka USES base eventlog LINKS PkgConfig::RDKAFKA TEST_USES eventlog_testing)
