# embed_files(TARGET FILES PREFIX=FOLDER/GLOB...)
#
# Makes the files below FOLDER (relative to the source folder) that match GLOB part of the library
# TARGET, each named PREFIX/<path below FOLDER>. An assembler file takes the bytes in with .incbin, a
# C++ file made from embedded.cc.in lists them. A new, changed or removed file is noticed by the next
# build; a folder that does not exist gives no files and a message.
function(embed_files target)
    cmake_parse_arguments(arg "" "" "FILES" ${ARGN})
    set(assembly "    .section .rodata\n")
    set(declarations "")
    set(entries "")
    set(count 0)
    set(paths)
    # "name!path", to be sorted by name: the separator comes before every character of a name.
    set(pairs)
    foreach(spec IN LISTS arg_FILES)
        string(REGEX MATCH "^([^=]*)=(.*)$" matched ${spec})
        set(prefix ${CMAKE_MATCH_1})
        set(pattern ${PROJECT_SOURCE_DIR}/${CMAKE_MATCH_2})
        get_filename_component(folder ${pattern} DIRECTORY)
        file(GLOB_RECURSE found CONFIGURE_DEPENDS ${pattern})
        if(NOT found)
            message(STATUS "flightcast: nothing to embed as ${prefix} (no ${pattern})")
        endif()
        foreach(path IN LISTS found)
            file(RELATIVE_PATH name ${folder} ${path})
            list(APPEND pairs "${prefix}/${name}!${path}")
        endforeach()
    endforeach()
    list(SORT pairs COMPARE STRING)
    foreach(pair IN LISTS pairs)
        string(REGEX MATCH "^([^!]*)!(.*)$" matched ${pair})
        set(name ${CMAKE_MATCH_1})
        set(path ${CMAKE_MATCH_2})
        string(APPEND assembly
            "    .global fc_asset_${count}\n    .global fc_asset_${count}_end\n    .balign 16\n"
            "fc_asset_${count}:\n    .incbin \"${path}\"\nfc_asset_${count}_end:\n    .byte 0\n"
        )
        string(APPEND declarations
            "extern const char fc_asset_${count};\nextern const char fc_asset_${count}_end;\n"
        )
        string(APPEND entries
            "    Entry{\"${name}\", &fc_asset_${count}, &fc_asset_${count}_end},\n"
        )
        list(APPEND paths ${path})
        math(EXPR count "${count} + 1")
    endforeach()
    string(APPEND assembly "    .section .note.GNU-stack,\"\",%progbits\n")

    set(folder ${PROJECT_BINARY_DIR}/generated/${target})
    file(CONFIGURE OUTPUT ${folder}/embedded.S CONTENT "${assembly}" @ONLY)
    set(EMBED_COUNT ${count})
    set(EMBED_DECLARATIONS "${declarations}")
    set(EMBED_ENTRIES "${entries}")
    configure_file(${PROJECT_SOURCE_DIR}/cmake/embedded.cc.in ${folder}/embedded.cc @ONLY)
    # A library of its own: the warnings and sanitizers of the C++ code are not for the assembler.
    add_library(${target}_data OBJECT ${folder}/embedded.S)
    set_source_files_properties(${folder}/embedded.S PROPERTIES OBJECT_DEPENDS "${paths}")
    target_sources(${target} PRIVATE ${folder}/embedded.cc $<TARGET_OBJECTS:${target}_data>)
endfunction()
