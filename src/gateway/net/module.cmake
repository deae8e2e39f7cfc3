fc_module(gateway/net USES base gateway/http gateway/websocket LINKS OpenSSL::SSL TEST_USES gateway/socketio)
