fc_module(eventlog/kafka_model USES base eventlog eventlog/membership TEST_USES eventlog_testing)
if(TARGET eventlog_kafka_model_test)
    fc_plant(eventlog_kafka_model_test eventlog/membership)
endif()
