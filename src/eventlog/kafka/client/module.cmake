fc_module(eventlog/kafka/client USES base eventlog eventlog/membership LINKS PkgConfig::RDKAFKA Boost::json TEST_USES eventlog_testing)
