fc_module(features USES base flight flight/airports dataset features/online forest forest/walk TEST_USES forest_testing flight_testing TEST_LINKS Boost::json)
