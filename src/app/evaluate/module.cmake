fc_module(
    app/evaluate
    USES base dataset forest features evaluate models app/cli app/train
    LINKS CLI11::CLI11 Boost::json
)
