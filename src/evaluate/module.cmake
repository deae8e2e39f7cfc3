fc_module(evaluate USES base flight figures dataset forest features TEST_USES forest_testing LINKS Boost::json fmt::fmt)
