fc_module(
    app/topics
    USES base flight eventlog eventlog/local eventlog/sqlite eventlog/kafka pipeline stages
         app/cli app/options app/serve
    LINKS CLI11::CLI11 Boost::json
)
