# fc_test_flags(TARGET)
#
# How tests are compiled: with one precompiled header for all of them, and without optimisation in
# release builds. They are compiled more often than they run; what they test is optimised.
if(FLIGHTCAST_HEADERS AND (FLIGHTCAST_TESTS OR FLIGHTCAST_BENCH))
    file(WRITE ${PROJECT_BINARY_DIR}/generated/test_headers.cc.new "")
    file(COPY_FILE ${PROJECT_BINARY_DIR}/generated/test_headers.cc.new
         ${PROJECT_BINARY_DIR}/generated/test_headers.cc ONLY_IF_DIFFERENT)
    add_library(fc_test_headers OBJECT ${PROJECT_BINARY_DIR}/generated/test_headers.cc)
    target_link_libraries(fc_test_headers PRIVATE fc_flags GTest::gmock GTest::gtest)
    target_compile_options(fc_test_headers PRIVATE $<$<CONFIG:Release>:-O0>)
    target_precompile_headers(
        fc_test_headers
        PRIVATE
        <algorithm>
        <array>
        <chrono>
        <cstdint>
        <filesystem>
        <fstream>
        <functional>
        <map>
        <memory>
        <mutex>
        <optional>
        <random>
        <set>
        <span>
        <string>
        <string_view>
        <thread>
        <utility>
        <variant>
        <vector>
        <gmock/gmock.h>
        <gtest/gtest.h>
    )
endif()

function(fc_test_flags target)
    target_compile_options(${target} PRIVATE $<$<CONFIG:Release>:-O0>)
    if(FLIGHTCAST_HEADERS)
        target_precompile_headers(${target} REUSE_FROM fc_test_headers)
    endif()
endfunction()
