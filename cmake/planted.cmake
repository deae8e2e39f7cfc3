# fc_plant(TARGET module...)
#
# Links TARGET to these modules compiled a second time, with FLIGHTCAST_PLANTED_BUGS: there
# base::is_planted() (src/base/planted_bug.h) asks what the test planted. In all other targets it is
# a constant, so that the program has nothing of it. Objects come before libraries when a program is
# linked, so nothing is taken from the usual library of such a module.
function(fc_plant target)
    foreach(module IN LISTS ARGN)
        string(REPLACE "/" "_" name ${module})
        if(NOT TARGET fc_${name}_planted)
            get_target_property(sources fc_${name} SOURCES)
            add_library(fc_${name}_planted OBJECT ${sources})
            target_compile_definitions(fc_${name}_planted PRIVATE FLIGHTCAST_PLANTED_BUGS)
            target_link_libraries(fc_${name}_planted PUBLIC fc_${name})
            fc_program_flags(fc_${name}_planted ${module})
        endif()
        target_link_libraries(${target} PRIVATE fc_${name}_planted)
    endforeach()
    target_link_libraries(${target} PRIVATE fc_base_testing)
endfunction()
