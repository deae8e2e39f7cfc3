fc_module(
    gateway/api
    USES gateway/api/bodies base flight arrival features/online performance history registry store today gateway/http gateway/accept gateway/delivery
    LINKS Boost::json
)
