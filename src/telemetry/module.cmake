# The commit is read when CMake runs: "unknown" where there is no repository.
execute_process(
    COMMAND git -C ${PROJECT_SOURCE_DIR} rev-parse --short HEAD
    OUTPUT_VARIABLE BUILD_COMMIT
    OUTPUT_STRIP_TRAILING_WHITESPACE
    ERROR_QUIET
    RESULT_VARIABLE git_failed
)
if(git_failed)
    set(BUILD_COMMIT unknown)
endif()
configure_file(
    ${CMAKE_CURRENT_LIST_DIR}/build_info_values.h.in
    ${PROJECT_BINARY_DIR}/generated/telemetry/build_info_values.h
)

fc_module(telemetry USES base LINKS spdlog::spdlog fmt::fmt prometheus-cpp::core Boost::json)
target_include_directories(fc_telemetry PRIVATE ${PROJECT_BINARY_DIR}/generated/telemetry)
