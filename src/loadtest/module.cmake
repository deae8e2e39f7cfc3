fc_module(loadtest USES base loadtest/net loadtest/session LINKS Boost::json fmt::fmt OpenSSL::Crypto)
