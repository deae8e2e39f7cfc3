fc_module(gateway/accept USES base flight eventlog LINKS OpenSSL::Crypto)
