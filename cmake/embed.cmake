# Turns files into a C++ source that holds them.
#
# millrace_embed(<target> NAMESPACE <namespace> HEADER <header> FUNCTION <function> ROOT <directory> FILES <files...>)
#
# The header declares `struct Resource {path, contents}` and `std::span<const Resource> <function>()` in the namespace;
# this defines the function. Paths are relative to ROOT.

set(MILLRACE_EMBED_SCRIPT ${CMAKE_CURRENT_LIST_DIR}/embed_files.cmake)

function(millrace_embed target)
    cmake_parse_arguments(EMBED "" "NAMESPACE;HEADER;FUNCTION;ROOT" "FILES" ${ARGN})
    set(output ${CMAKE_CURRENT_BINARY_DIR}/${target}_${EMBED_FUNCTION}.cc)
    list(TRANSFORM EMBED_FILES PREPEND ${EMBED_ROOT}/ OUTPUT_VARIABLE inputs)
    list(JOIN EMBED_FILES "," names)
    add_custom_command(
        OUTPUT ${output}
        COMMAND ${CMAKE_COMMAND} -D OUTPUT=${output} -D NAMESPACE=${EMBED_NAMESPACE} -D HEADER=${EMBED_HEADER}
                -D FUNCTION=${EMBED_FUNCTION} -D ROOT=${EMBED_ROOT} -D FILES=${names} -P ${MILLRACE_EMBED_SCRIPT}
        DEPENDS ${inputs} ${MILLRACE_EMBED_SCRIPT}
        COMMENT "Embedding ${names}"
        VERBATIM)
    # Each has names of its own file only.
    set_source_files_properties(${output} PROPERTIES SKIP_UNITY_BUILD_INCLUSION ON)
    target_sources(${target} PRIVATE ${output})
endfunction()
