fc_module(load USES base LINKS Boost::json fmt::fmt OpenSSL::Crypto)
