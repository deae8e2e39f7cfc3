# fc_program_flags(TARGET FOLDER)
#
# How modules are compiled: with one precompiled header, since reading the standard library takes
# longer than most of our sources. What runs once at a start, once a second or once for an operator
# compiles a third faster at a lower level of optimisation. A precompiled header is of one level only,
# so those modules have their own.
set(FLIGHTCAST_SELDOM_RUN
    eventlog/kafka/admin
    eventlog/kafka/shared
    eventlog/kafka_model
    eventlog/memory
    experiment
    gateway
    gateway/operations
    gateway/original
    importer
    models
    registry
    replay/targets
    stages
    store/memory
    telemetry
)

function(fc_program_headers name)
    if(NOT FLIGHTCAST_HEADERS)
        return()
    endif()
    set(source ${PROJECT_BINARY_DIR}/generated/${name}.cc)
    file(CONFIGURE OUTPUT ${source} CONTENT "" @ONLY)
    add_library(fc_${name} OBJECT ${source})
    target_link_libraries(fc_${name} PRIVATE fc_flags)
    target_precompile_headers(
        fc_${name}
        PRIVATE
        <algorithm>
        <array>
        <atomic>
        <charconv>
        <chrono>
        <cmath>
        <cstdint>
        <deque>
        <expected>
        <filesystem>
        <fstream>
        <functional>
        <map>
        <memory>
        <mutex>
        <optional>
        <set>
        <span>
        <sstream>
        <string>
        <string_view>
        <thread>
        <unordered_map>
        <utility>
        <variant>
        <vector>
        ${ARGN}
    )
endfunction()

fc_program_headers(headers)
fc_program_headers(seldom_run_headers <CLI/App.hpp>)
if(FLIGHTCAST_HEADERS)
    target_compile_options(fc_seldom_run_headers PRIVATE $<$<CONFIG:Release>:-O1>)
endif()

function(fc_program_flags target folder)
    set(headers fc_headers)
    if(folder MATCHES "^app" OR folder IN_LIST FLIGHTCAST_SELDOM_RUN)
        set(headers fc_seldom_run_headers)
        target_compile_options(${target} PRIVATE $<$<CONFIG:Release>:-O1>)
    endif()
    if(FLIGHTCAST_HEADERS)
        target_precompile_headers(${target} REUSE_FROM ${headers})
    endif()
endfunction()
