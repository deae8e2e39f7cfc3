fc_module(
    gateway/accept USES base tracing flight eventlog gateway/http LINKS OpenSSL::Crypto
    TEST_LINKS Boost::json
)
