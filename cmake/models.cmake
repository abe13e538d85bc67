# Turns models/<service>.json into the API's C++ types and tables. The generator is tools/modelgen.

find_package(Python3 REQUIRED COMPONENTS Interpreter)
