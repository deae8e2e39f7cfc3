fc_module(batch USES base flight dataset features TEST_USES forest_testing TEST_LINKS rapidcheck)
