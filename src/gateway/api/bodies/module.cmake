fc_module(
    gateway/api/bodies
    USES base text flight flight/form arrival registry gateway/http gateway/accept
    LINKS Boost::json
)
