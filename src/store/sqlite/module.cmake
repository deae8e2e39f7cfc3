fc_module(store/sqlite USES base sqlite flight store TEST_USES store_testing)
