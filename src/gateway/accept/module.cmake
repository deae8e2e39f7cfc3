fc_module(
    gateway/accept USES base flight eventlog gateway/http LINKS OpenSSL::Crypto
    TEST_LINKS Boost::json
)
