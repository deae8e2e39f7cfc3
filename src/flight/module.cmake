fc_module(
    flight USES base text flight/calendar flight/form LINKS OpenSSL::Crypto
    TEST_LINKS Boost::json ZLIB::ZLIB ALONE document_json.cc failure_json.cc request_json.cc
)
