fc_module(features USES base flight dataset forest TEST_USES forest_testing flight_testing TEST_LINKS Boost::json)
