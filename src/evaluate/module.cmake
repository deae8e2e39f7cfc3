fc_module(evaluate USES base flight dataset forest features TEST_USES forest_testing LINKS Boost::json fmt::fmt)
