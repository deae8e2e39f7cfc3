fc_module(
    gateway/api
    USES base flight arrival performance registry store gateway/http gateway/accept gateway/delivery
    LINKS Boost::json
)
