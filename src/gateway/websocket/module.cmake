fc_module(gateway/websocket USES base gateway/http LINKS OpenSSL::Crypto)
