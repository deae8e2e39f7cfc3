fc_module(gateway/net USES base gateway/http gateway/websocket TEST_USES gateway/socketio)
