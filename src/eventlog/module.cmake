fc_module(eventlog USES base TEST_USES eventlog/local eventlog/memory)
