fc_module(
    gateway/accept USES flight/topics base tracing flight eventlog gateway/http LINKS OpenSSL::Crypto
    TEST_LINKS Boost::json
)
