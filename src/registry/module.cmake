fc_module(
    registry USES flight/topics base text flight flight/calendar eventlog LINKS Boost::json OpenSSL::Crypto
    TEST_USES eventlog/local eventlog/memory eventlog_testing
)
if(TARGET registry_test)
    fc_plant(registry_test registry)
endif()
