fc_module(
    app/doctor
    USES base flight sqlite eventlog eventlog/local eventlog/sqlite eventlog/kafka store/sqlite store/mongo pipeline
         stages models app/cli app/options app/serve app/topics
    TEST_USES app/serve/watch eventlog/memory
    LINKS CLI11::CLI11 Boost::json
)
