fc_module(
    replay/targets
    USES flight/topics base text flight flight/calendar arrival dataset replay eventlog loadtest/net
    TEST_USES eventlog/memory eventlog/local
    LINKS OpenSSL::Crypto
)
