# Turns models/<service>.json into the API's C++ types and tables. The generator is tools/modelgen.

find_package(Python3 REQUIRED COMPONENTS Interpreter)

# Outside the preset's folder, so that the compiler cache serves all presets.
set(MILLRACE_GENERATED_DIR ${CMAKE_SOURCE_DIR}/build/generated)

# millrace_api(<service>): the library api_<service> with the header "api/<service>.h".
function(millrace_api service)
    set(model ${CMAKE_SOURCE_DIR}/models/${service}.json)
    set(generator ${CMAKE_SOURCE_DIR}/tools/modelgen)
    set(header ${MILLRACE_GENERATED_DIR}/api/${service}.h)
    set(source ${MILLRACE_GENERATED_DIR}/api/${service}.cc)
    # The files keep their time when nothing in them changed; the stamp tells that the generator ran.
    set(stamp ${CMAKE_BINARY_DIR}/modelgen/${service}.stamp)
    file(MAKE_DIRECTORY ${CMAKE_BINARY_DIR}/modelgen ${MILLRACE_GENERATED_DIR})
    add_custom_command(
        OUTPUT ${stamp}
        BYPRODUCTS ${header} ${source}
        COMMAND ${Python3_EXECUTABLE} -B ${generator}/modelgen.py ${model} ${MILLRACE_GENERATED_DIR}
        COMMAND ${CMAKE_COMMAND} -E touch ${stamp}
        DEPENDS ${model} ${generator}/modelgen.py ${generator}/model.py
        COMMENT "Generating api/${service}"
        VERBATIM)
    add_custom_target(generate_api_${service} DEPENDS ${stamp})
    add_library(api_${service} STATIC ${source})
    add_dependencies(api_${service} generate_api_${service})
    add_dependencies(generate_apis generate_api_${service})
    target_include_directories(api_${service} PUBLIC ${MILLRACE_GENERATED_DIR})
    target_link_libraries(api_${service} PUBLIC aws)
    millrace_target(api_${service} BRIEF)
endfunction()

# Every model there is.
function(millrace_apis)
    add_custom_target(generate_apis)
    file(GLOB models CONFIGURE_DEPENDS ${CMAKE_SOURCE_DIR}/models/*.json)
    foreach(model IN LISTS models)
        cmake_path(GET model STEM service)
        millrace_api(${service})
    endforeach()
    set(check ${CMAKE_SOURCE_DIR}/tools/modelgen/check_model.py)
    # By the botocore that the tests' clients have, whichever another Python on this machine may bring.
    add_test(NAME models COMMAND ${CMAKE_SOURCE_DIR}/build/clients/python/bin/python -B ${check} --quiet)
    set_tests_properties(models PROPERTIES SKIP_RETURN_CODE 77)
    add_test(NAME modelgen COMMAND ${Python3_EXECUTABLE} -B ${CMAKE_SOURCE_DIR}/tools/modelgen/modelgen_test.py)
endfunction()
