fc_module(
    app/train
    USES base dataset flight flight/airports forest forest/walk features/online features train evaluate replay timeline models
         app/cli
    LINKS CLI11::CLI11 Boost::json
)
