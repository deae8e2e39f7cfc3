fc_module(
    gateway/original
    USES base flight store gateway/http gateway/engineio gateway/socketio gateway/delivery
         gateway/accept gateway/api
    TEST_USES gateway/engineio_testing
    LINKS Boost::json
)
