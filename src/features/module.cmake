fc_module(features USES base flight dataset forest forest/walk TEST_USES forest_testing flight_testing TEST_LINKS Boost::json)
