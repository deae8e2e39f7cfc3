fc_module(
    gateway/socketio USES base gateway/http gateway/websocket gateway/engineio
    TEST_USES gateway/engineio_testing TEST_LINKS Boost::json
)
