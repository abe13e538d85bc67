// Whatever a server answers, reading it ends, and what was read can be written as JSON.

#include <cstdint>
#include <cstdlib>
#include <string_view>

#include "codec/json.h"
#include "codec/xml_reader.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    const auto value = millrace::codec::read_xml({reinterpret_cast<const char*>(data), size});
    if (value && millrace::codec::to_json(*value).empty()) std::abort();
    return 0;
}
