fc_module(
    app/train
    USES base dataset forest features train evaluate app/cli
    LINKS CLI11::CLI11 Boost::json
)
