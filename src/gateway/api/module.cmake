fc_module(
    gateway/api
    USES base flight arrival performance history registry store gateway/http gateway/accept gateway/delivery
    LINKS Boost::json
)
