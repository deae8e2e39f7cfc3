fc_module(base LINKS OpenSSL::Crypto)
