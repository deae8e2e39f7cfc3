fc_module(gateway/delivery USES base flight eventlog TEST_USES eventlog/memory)
