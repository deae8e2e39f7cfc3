fc_module(forest/walk USES base forest LINKS ZLIB::ZLIB TEST_USES forest_testing)
