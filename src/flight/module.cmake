fc_module(
    flight USES base text LINKS OpenSSL::Crypto date::date-tz TEST_LINKS Boost::json ZLIB::ZLIB
    ALONE request_json.cc
)
