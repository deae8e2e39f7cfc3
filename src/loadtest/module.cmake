fc_module(loadtest USES base LINKS Boost::json fmt::fmt OpenSSL::Crypto)
