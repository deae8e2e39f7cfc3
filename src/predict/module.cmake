fc_module(predict USES base flight dataset features TEST_USES forest_testing)
