# THINK HARD ABOUT THE LAYERING BEFORE CHANGING THIS FILE OR A ROOM'S DEPS.
#
# millrace_room(<folder> [BRIEF] DEPS <rooms...> LIBS <libraries...>)
#
# A room is one folder below src/: one CMake target, one namespace. It sees its own headers and those of the rooms in
# DEPS (and of what they depend on, always on lower floors), because every room's headers are reachable only through an
# include directory of its own that holds a single link to the folder. An include that is not an allowed arrow does
# therefore not compile. Every header is compiled alone by the target check_headers. Files named *_test.cc become the
# executable <room>_test, those named *_simulation_test.cc, which run long, <room>_simulation_test, and those named
# *_allocation_test.cc, which replace operator new, <room>_allocation_test. BRIEF: see options.cmake.

# Outside the preset's folder, so that the compiler cache serves all presets.
set(MILLRACE_INCLUDE_ROOT ${CMAKE_SOURCE_DIR}/build/rooms)
add_custom_target(check_headers)

function(millrace_room folder)
    cmake_parse_arguments(ROOM "BRIEF" "" "DEPS;LIBS;TEST_DEPS" ${ARGN})
    set(kind "")
    if(ROOM_BRIEF)
        set(kind BRIEF)
    endif()
    string(REPLACE "/" "_" room ${folder})
    set(source_dir ${CMAKE_SOURCE_DIR}/src/${folder})

    # The one door into this room.
    cmake_path(GET folder PARENT_PATH parent)
    file(MAKE_DIRECTORY ${MILLRACE_INCLUDE_ROOT}/${room}/${parent})
    file(CREATE_LINK ${source_dir} ${MILLRACE_INCLUDE_ROOT}/${room}/${folder} SYMBOLIC)

    file(GLOB_RECURSE sources CONFIGURE_DEPENDS ${source_dir}/*.cc)
    file(GLOB_RECURSE headers CONFIGURE_DEPENDS ${source_dir}/*.h)
    set(tests ${sources})
    list(FILTER sources EXCLUDE REGEX "(_test|_benchmark|/main)\\.cc$")
    list(FILTER tests INCLUDE REGEX "_test\\.cc$")
    set(simulations ${tests})
    set(allocations ${tests})
    list(FILTER tests EXCLUDE REGEX "_(simulation|allocation)_test\\.cc$")
    list(FILTER simulations INCLUDE REGEX "_simulation_test\\.cc$")
    list(FILTER allocations INCLUDE REGEX "_allocation_test\\.cc$")

    if(sources)
        add_library(${room} STATIC ${sources})
        set(scope PUBLIC)
    else()
        add_library(${room} INTERFACE)
        set(scope INTERFACE)
    endif()
    target_include_directories(${room} ${scope} ${MILLRACE_INCLUDE_ROOT}/${room})
    set(deps ${ROOM_DEPS})
    list(TRANSFORM deps REPLACE "/" "_")
    target_link_libraries(${room} ${scope} ${deps} ${ROOM_LIBS} fmt::fmt)
    if(sources)
        millrace_target(${room} ${kind})
    endif()

    millrace_check_headers(${room} "${headers}")

    set(test_deps ${ROOM_TEST_DEPS})
    list(TRANSFORM test_deps REPLACE "/" "_")
    millrace_tests(${room} "" TEST "${tests}" "${test_deps}")
    millrace_tests(${room} _simulation SIMULATION "${simulations}" "${test_deps}")
    millrace_tests(${room} _allocation TEST "${allocations}" "${test_deps}")
endfunction()

function(millrace_tests room suffix kind sources deps)
    if(sources)
        set(target ${room}${suffix}_test)
        add_executable(${target} ${sources})
        target_link_libraries(${target} PRIVATE ${room} ${deps} GTest::gmock_main)
        millrace_target(${target} ${kind})
        add_test(NAME ${room}${suffix} COMMAND ${target})
    endif()
endfunction()

# Each header in a file of its own: a header that needs its includer's includes fails here. With MILLRACE_PCH the headers of the standard
# library, of Boost and of the service's own API are given; the dev preset, without it, is strict (make headers).
function(millrace_check_headers room headers)
    set(checks)
    foreach(header IN LISTS headers)
        cmake_path(RELATIVE_PATH header BASE_DIRECTORY ${CMAKE_SOURCE_DIR}/src OUTPUT_VARIABLE relative)
        string(REPLACE "/" "_" flat ${relative})
        set(check ${CMAKE_BINARY_DIR}/header_checks/${room}/${flat}.cc)
        file(CONFIGURE OUTPUT ${check} CONTENT "#include \"${relative}\"\n")
        list(APPEND checks ${check})
    endforeach()
    if(checks)
        add_library(check_headers_${room} OBJECT EXCLUDE_FROM_ALL ${checks})
        # Each is read in a fraction of the time that the compiler cache takes to know it.
        set_target_properties(check_headers_${room} PROPERTIES UNITY_BUILD OFF CXX_COMPILER_LAUNCHER "")
        target_link_libraries(check_headers_${room} PRIVATE ${room})
        # Most headers of a service want its API, which takes longer to read than they do.
        string(REPLACE "services_" "api_" api ${room})
        if(TARGET ${api} AND NOT ${api} STREQUAL ${room})
            string(REPLACE "services_" "api/" api ${room})
            millrace_target(check_headers_${room} HEADERS API ${api}.h)
        else()
            millrace_target(check_headers_${room} HEADERS)
        endif()
        add_dependencies(check_headers check_headers_${room})
    endif()
endfunction()
