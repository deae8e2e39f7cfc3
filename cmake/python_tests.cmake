# fc_python_test(FILE NAME=name LABEL=label TIMEOUT=seconds [DEBIAN_PYTHON])
#
# Adds a test that runs one file of this folder, test_FILE.py, with Python's unittest against the
# program. With DEBIAN_PYTHON it has what Debian packages bring (python3-yaml, python3-jsonschema),
# which another Python on the path does not see.
find_package(Python3 REQUIRED COMPONENTS Interpreter)
function(fc_python_test file)
    cmake_parse_arguments(PARSE_ARGV 1 arg "DEBIAN_PYTHON" "NAME;LABEL;TIMEOUT" "")
    set(python ${Python3_EXECUTABLE})
    if(arg_DEBIAN_PYTHON AND EXISTS /usr/bin/python3)
        set(python /usr/bin/python3)
    endif()
    add_test(
        NAME ${arg_NAME}
        COMMAND ${python} -m unittest -v test_${file}
        WORKING_DIRECTORY ${CMAKE_CURRENT_SOURCE_DIR}
    )
    set_tests_properties(
        ${arg_NAME}
        PROPERTIES LABELS ${arg_LABEL} TIMEOUT ${arg_TIMEOUT} ENVIRONMENT
                   "FLIGHTCAST=$<TARGET_FILE:flightcast>;PYTHONDONTWRITEBYTECODE=1"
    )
endfunction()
