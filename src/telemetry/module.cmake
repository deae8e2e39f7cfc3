# The commit, read again when it changed: "unknown" where there is no repository.
execute_process(
    COMMAND git -C ${PROJECT_SOURCE_DIR} rev-parse --short HEAD
    OUTPUT_VARIABLE BUILD_COMMIT
    OUTPUT_STRIP_TRAILING_WHITESPACE
    ERROR_QUIET
    RESULT_VARIABLE git_failed
)
execute_process(
    COMMAND git -C ${PROJECT_SOURCE_DIR} rev-parse --path-format=absolute --git-path logs/HEAD
    OUTPUT_VARIABLE HEAD_LOG
    OUTPUT_STRIP_TRAILING_WHITESPACE
    ERROR_QUIET
)
if(git_failed)
    set(BUILD_COMMIT unknown)
elseif(EXISTS "${HEAD_LOG}")
    set_property(DIRECTORY APPEND PROPERTY CMAKE_CONFIGURE_DEPENDS "${HEAD_LOG}")
endif()
configure_file(
    ${CMAKE_CURRENT_LIST_DIR}/build_info_values.h.in
    ${PROJECT_BINARY_DIR}/generated/telemetry/build_info_values.h
)

fc_module(telemetry USES base LINKS spdlog::spdlog fmt::fmt prometheus-cpp::core Boost::json)
target_include_directories(fc_telemetry PRIVATE ${PROJECT_BINARY_DIR}/generated/telemetry)
