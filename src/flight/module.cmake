fc_module(flight USES base LINKS Boost::json OpenSSL::Crypto date::date-tz)
