fc_module(
    app/evaluate
    USES base dataset flight/airports forest features/online features evaluate replay timeline models app/cli app/train
    LINKS CLI11::CLI11 Boost::json
)
