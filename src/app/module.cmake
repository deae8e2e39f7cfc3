fc_module(
    app
    USES base flight dataset forest features predict train evaluate importer eventlog eventlog/local eventlog/sqlite
         eventlog/kafka sqlite store/sqlite store/mongo scoring gateway gateway/net telemetry assets load
    LINKS CLI11::CLI11 Boost::json
    ALONE option_rows.cc
)

add_executable(flightcast ${CMAKE_CURRENT_LIST_DIR}/main.cc)
target_link_libraries(flightcast PRIVATE fc_app)
set_target_properties(flightcast PROPERTIES RUNTIME_OUTPUT_DIRECTORY ${PROJECT_BINARY_DIR})
