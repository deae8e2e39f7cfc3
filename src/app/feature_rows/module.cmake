fc_module(
    app/feature_rows
    USES base text flight dataset forest features train app/cli app/train
    LINKS CLI11::CLI11
)
