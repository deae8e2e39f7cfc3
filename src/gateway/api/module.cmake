fc_module(
    gateway/api
    USES base flight arrival store gateway/http gateway/accept gateway/delivery
    LINKS Boost::json
)
