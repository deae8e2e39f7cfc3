fc_module(
    gateway
    USES flight/topics base flight flight/airports arrival features/online today judging performance history registry eventlog store telemetry status tracing gateway/http gateway/websocket gateway/engineio
         gateway/socketio gateway/net gateway/delivery gateway/accept gateway/api gateway/web
         gateway/original gateway/operations
    LINKS Boost::json
    TEST_USES eventlog/memory eventlog/local store/memory gateway/engineio_testing gateway/http_testing
)
