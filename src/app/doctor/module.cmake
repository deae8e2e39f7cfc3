fc_module(
    app/doctor
    USES base flight eventlog eventlog/local eventlog/sqlite eventlog/kafka store/mongo pipeline
         stages models app/cli app/options app/serve
    TEST_USES eventlog/memory
    LINKS CLI11::CLI11 Boost::json
)
