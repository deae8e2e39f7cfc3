fc_module(
    app
    USES base telemetry app/cli app/options app/config app/serve app/topics app/performance app/doctor app/train
         app/feature_rows app/evaluate app/predict app/import app/load app/replay app/arrivals app/versions app/backup app/top
         app/export_data
    LINKS CLI11::CLI11
)

add_executable(flightcast ${CMAKE_CURRENT_LIST_DIR}/main.cc)
target_link_libraries(flightcast PRIVATE fc_app)
set_target_properties(flightcast PROPERTIES RUNTIME_OUTPUT_DIRECTORY ${PROJECT_BINARY_DIR})
