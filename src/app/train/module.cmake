fc_module(
    app/train
    USES base dataset flight flight/airports forest forest/walk features/online features train evaluate replay timeline models eventlog logged drift
         app/cli app/options app/topics
    LINKS CLI11::CLI11 Boost::json
)
