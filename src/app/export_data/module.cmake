fc_module(
    app/export_data
    USES base text flight eventlog store/sqlite store/mongo app/cli app/options app/serve app/topics
    LINKS CLI11::CLI11 Boost::json
)
