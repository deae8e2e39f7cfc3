fc_module(gateway/engineio USES base gateway/http gateway/http/origin gateway/websocket)
