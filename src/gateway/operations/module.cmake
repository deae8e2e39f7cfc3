fc_module(
    gateway/operations
    USES base telemetry gateway/http gateway/engineio gateway/socketio gateway/net
         gateway/delivery gateway/accept gateway/original
)
