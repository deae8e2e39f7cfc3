fc_module(gateway/delivery USES flight/topics base flight eventlog TEST_USES eventlog/memory)
