fc_module(scoring USES base flight eventlog store TEST_USES eventlog/memory store/memory)
