# Compiler flags that hold for all of Millrace: warnings are errors, asserts stay on in release.

add_library(millrace_options INTERFACE)
target_compile_options(millrace_options INTERFACE
    -Wall -Wextra -Wpedantic -Werror -Wshadow -Wconversion -Wno-sign-conversion
    -Wnon-virtual-dtor -Woverloaded-virtual -Wimplicit-fallthrough -Wthread-safety
    -Wno-missing-designated-field-initializers
    -fno-omit-frame-pointer)

if(MILLRACE_SANITIZE)
    add_compile_options(-fsanitize=${MILLRACE_SANITIZE} -fno-sanitize-recover=all)
    add_link_options(-fsanitize=${MILLRACE_SANITIZE})
endif()
if(MILLRACE_FUZZ)
    add_compile_options(-fsanitize=fuzzer-no-link)
endif()

add_link_options(-fuse-ld=lld-19)
set(THREADS_PREFER_PTHREAD_FLAG ON)
find_package(Threads REQUIRED)
find_package(GTest REQUIRED)
find_package(fmt REQUIRED)
find_package(Boost 1.81 REQUIRED COMPONENTS json)

# The standard headers that nearly every file includes, parsed once. The dev preset does without, so that an include that is
# missing shows there.
option(MILLRACE_PCH "Precompile the standard headers" OFF)
if(MILLRACE_PCH)
    # What changes the language for one file changes it for all, or the precompiled header would not fit.
    add_compile_options(-pthread)
    set(millrace_standard_headers <algorithm> <array> <chrono> <cstdint> <expected> <functional> <map> <memory> <optional> <string>
        <string_view> <utility> <vector> <fmt/format.h>)
    set(millrace_header_headers ${millrace_standard_headers} <atomic> <compare> <deque> <list> <mutex> <condition_variable> <random> <set>
        <span> <thread> <tuple> <unordered_map> <unordered_set> <variant> <boost/circular_buffer.hpp> <boost/json.hpp>
        <boost/unordered/unordered_flat_map.hpp> <boost/unordered/unordered_flat_set.hpp>)
    function(millrace_precompiled target)
        add_library(${target} STATIC ${CMAKE_SOURCE_DIR}/cmake/standard_headers.cc)
        target_link_libraries(${target} PRIVATE fmt::fmt)
        target_compile_options(${target} PRIVATE "SHELL:-Xclang -fno-pch-timestamp")
        target_precompile_headers(${target} PRIVATE ${ARGN})
    endfunction()
    millrace_precompiled(millrace_pch ${millrace_standard_headers})
    millrace_precompiled(millrace_brief_pch ${millrace_standard_headers})
    millrace_precompiled(millrace_test_pch ${millrace_standard_headers} <gmock/gmock.h> <gtest/gtest.h>)
    target_link_libraries(millrace_test_pch PRIVATE GTest::gmock)  # brings a macro that its users have too
    millrace_precompiled(millrace_header_pch ${millrace_header_headers})
    target_link_libraries(millrace_header_pch PRIVATE Boost::json)
endif()

# Optimizing instrumented code takes more than half of its compile time and wins nothing where it runs briefly.
if(MILLRACE_SANITIZE)
    set(millrace_brief_options -O0)
endif()
if(MILLRACE_PCH)
    target_compile_options(millrace_brief_pch PRIVATE ${millrace_brief_options})
    target_compile_options(millrace_test_pch PRIVATE ${millrace_brief_options})
endif()

# Every target of Millrace's own passes here: as BRIEF when nothing in it runs long in the tests, those with googletest as TEST, or as
# SIMULATION when they run long; as HEADERS, with the API's header if the room has one, when it compiles each header alone.
function(millrace_target target)
    cmake_parse_arguments(TARGET "BRIEF;TEST;SIMULATION;HEADERS" "API" "" ${ARGN})
    target_link_libraries(${target} PRIVATE millrace_options)
    set(headers millrace_pch)
    if(TARGET_BRIEF)
        target_compile_options(${target} PRIVATE ${millrace_brief_options})
        set(headers millrace_brief_pch)
    elseif(TARGET_TEST)
        target_compile_options(${target} PRIVATE ${millrace_brief_options})
        set(headers millrace_test_pch)
    elseif(TARGET_HEADERS)
        target_link_libraries(${target} PRIVATE Boost::json)
        set(headers millrace_header_pch)
    endif()
    if(MILLRACE_PCH AND TARGET_API)
        target_precompile_headers(${target} PRIVATE ${millrace_header_headers} <${TARGET_API}>)
    elseif(MILLRACE_PCH)
        target_precompile_headers(${target} REUSE_FROM ${headers})
    endif()
endfunction()
