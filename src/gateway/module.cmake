fc_module(
    gateway
    USES base flight eventlog store telemetry gateway/http gateway/socketio gateway/net
    LINKS Boost::json
    TEST_USES eventlog/memory store/memory
)
