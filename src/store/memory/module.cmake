fc_module(store/memory USES base flight store TEST_USES store_testing)
