fc_module(
    app/import
    USES base flight dataset forest features importer store/mongo assets app/cli
    LINKS CLI11::CLI11 Boost::json
)
