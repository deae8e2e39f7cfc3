fc_module(
    store/mongo
    USES base flight store
    LINKS mongo::mongoc_shared
    TEST_USES store_testing flight_testing
    TEST_LINKS Boost::json
)
