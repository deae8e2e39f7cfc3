fc_module(loadtest/session USES base loadtest/net LINKS Boost::json OpenSSL::Crypto)
