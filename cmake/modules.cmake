# fc_group_sources(RESULT FOLDER SOURCES file... ALONE file...)
#
# What is compiled for the sources of a module: one file for up to twelve of them (FLIGHTCAST_UNITY), and
# those named after ALONE as they are. CMake's own UNITY_BUILD names absolute paths in the files that it
# makes, and ccache shares nothing between two checkouts then.
function(fc_group_sources result folder)
    cmake_parse_arguments(arg "" "" "SOURCES;ALONE" ${ARGN})
    if(NOT FLIGHTCAST_UNITY)
        set(${result} ${arg_SOURCES} PARENT_SCOPE)
        return()
    endif()
    set(compiled "")
    set(text "")
    set(in_group 0)
    set(group 0)
    foreach(source IN LISTS arg_SOURCES)
        get_filename_component(file ${source} NAME)
        if(file IN_LIST arg_ALONE)
            list(APPEND compiled ${source})
            continue()
        endif()
        string(APPEND text "#include \"${folder}/${file}\"\n")
        math(EXPR in_group "${in_group} + 1")
        if(in_group EQUAL 12)
            fc_write_group(compiled ${folder} ${group} "${text}")
            math(EXPR group "${group} + 1")
            set(in_group 0)
            set(text "")
        endif()
    endforeach()
    if(in_group GREATER 0)
        fc_write_group(compiled ${folder} ${group} "${text}")
    endif()
    set(${result} ${compiled} PARENT_SCOPE)
endfunction()

# Writes one group, unless it is there as it should be, and adds it to the list named LIST.
function(fc_write_group list folder number text)
    set(path ${PROJECT_BINARY_DIR}/generated/groups/${folder}_${number}.cc)
    file(CONFIGURE OUTPUT ${path} CONTENT "${text}" @ONLY)
    set(${list} ${${list}} ${path} PARENT_SCOPE)
endfunction()

# fc_module(FOLDER [USES module...] [LINKS target...] [ALONE file...])
#
# One folder below src/ is one library, `fc_<folder with _ for />`, made of its *.cc files. Files
# ending in _test.cc become one test program, those in _integration_test.cc another one, which needs
# real servers (label `integration`), _bench.cc one benchmark program, and each _fuzz.cc a fuzzer
# (preset `fuzz` only). Tests in _mock_test.cc run librdkafka, whose threads are made by thrd_create():
# ThreadSanitizer does not see them and crashes in their callbacks, so it goes without these. Files that
# end in _testing.cc help the tests of several modules and go into a library `fc_<module>_testing`.
#
# Up to twelve sources are compiled as one (FLIGHTCAST_UNITY), so names in anonymous namespaces are unique
# in a module; files named after ALONE, which are built like another one, are compiled by themselves.
function(fc_module folder)
    cmake_parse_arguments(arg "" "" "USES;LINKS;TEST_USES;TEST_LINKS;ALONE" ${ARGN})
    string(REPLACE "/" "_" name ${folder})
    set(dir ${PROJECT_SOURCE_DIR}/src/${folder})
    file(GLOB sources CONFIGURE_DEPENDS ${dir}/*.cc)
    set(tests ${sources})
    set(benches ${sources})
    set(fuzzers ${sources})
    set(helpers ${sources})
    list(FILTER sources EXCLUDE REGEX "_(test|testing|bench|fuzz)\\.cc$")
    list(FILTER sources EXCLUDE REGEX "/main\\.cc$")
    list(FILTER tests INCLUDE REGEX "_test\\.cc$")
    set(integration_tests ${tests})
    list(FILTER tests EXCLUDE REGEX "_integration_test\\.cc$")
    if(FLIGHTCAST_SANITIZE STREQUAL "thread")
        list(FILTER tests EXCLUDE REGEX "_mock_test\\.cc$")
    endif()
    list(FILTER integration_tests INCLUDE REGEX "_integration_test\\.cc$")
    list(FILTER helpers INCLUDE REGEX "_testing\\.cc$")
    list(FILTER benches INCLUDE REGEX "_bench\\.cc$")
    list(FILTER fuzzers INCLUDE REGEX "_fuzz\\.cc$")

    set(uses)
    foreach(module IN LISTS arg_USES)
        string(REPLACE "/" "_" module ${module})
        list(APPEND uses fc_${module})
    endforeach()
    if(sources)
        fc_group_sources(groups ${folder} SOURCES ${sources} ALONE ${arg_ALONE})
        add_library(fc_${name} STATIC ${groups})
        target_link_libraries(fc_${name} PUBLIC fc_flags ${uses} ${arg_LINKS})
        fc_program_flags(fc_${name} ${folder})
    else()
        add_library(fc_${name} INTERFACE)
        target_link_libraries(fc_${name} INTERFACE fc_flags ${uses} ${arg_LINKS})
    endif()
    if(helpers AND (FLIGHTCAST_TESTS OR FLIGHTCAST_BENCH))
        # An object library: linked whole, since nothing refers to the tests in it by name.
        add_library(fc_${name}_testing OBJECT ${helpers})
        target_link_libraries(fc_${name}_testing PUBLIC fc_${name} ${arg_TEST_LINKS} GTest::gtest)
        fc_test_flags(fc_${name}_testing)
    endif()

    set(test_uses)
    foreach(module IN LISTS arg_TEST_USES)
        string(REPLACE "/" "_" module ${module})
        list(APPEND test_uses fc_${module})
    endforeach()
    if(TARGET fc_${name}_testing)
        list(APPEND test_uses fc_${name}_testing)
    endif()
    foreach(kind IN ITEMS test integration_test)
        if(NOT FLIGHTCAST_TESTS OR NOT ${kind}s)
            continue()
        endif()
        set(program ${name}_${kind})
        string(REGEX REPLACE "_test$" "" test ${program})
        add_executable(${program} ${${kind}s})
        target_link_libraries(
            ${program} PRIVATE fc_${name} ${test_uses} ${arg_TEST_LINKS} GTest::gmock GTest::gtest_main
        )
        fc_test_flags(${program})
        # Tests run in the source folder, so that compiled tests are the same in every checkout.
        target_compile_definitions(${program} PRIVATE FLIGHTCAST_SOURCE_DIR=".")
        add_test(
            NAME ${test}
            COMMAND ${program} --gtest_brief=1
            WORKING_DIRECTORY ${PROJECT_SOURCE_DIR}
        )
        set_tests_properties(${test} PROPERTIES LABELS unit TIMEOUT 600)
        if(kind STREQUAL integration_test)
            set_tests_properties(${test} PROPERTIES LABELS integration)
        endif()
        add_dependencies(all_tests ${program})
    endforeach()
    if(FLIGHTCAST_BENCH AND benches)
        add_executable(${name}_bench ${benches})
        target_link_libraries(${name}_bench PRIVATE fc_${name} ${test_uses} benchmark::benchmark_main)
        target_compile_definitions(${name}_bench PRIVATE FLIGHTCAST_SOURCE_DIR=".")
        add_dependencies(all_benches ${name}_bench)
    endif()
    if(FLIGHTCAST_FUZZ)
        foreach(fuzzer IN LISTS fuzzers)
            get_filename_component(target ${fuzzer} NAME_WE)
            add_executable(${name}_${target} ${fuzzer})
            target_link_libraries(
                ${name}_${target} PRIVATE fc_${name} ${arg_TEST_LINKS} -fsanitize=fuzzer
            )
            add_dependencies(all_fuzzers ${name}_${target})
        endforeach()
    endif()
endfunction()
