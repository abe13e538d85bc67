// Whatever is put to a callback URL is taken or refused; a signal that was taken can be read again as it was
// kept.

#include <cstdint>
#include <string_view>

#include "base/assert.h"
#include "services/cloudformation/callbacks/custom_request.h"
#include "services/cloudformation/callbacks/custom_response.h"
#include "services/cloudformation/callbacks/wait_handle.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    using namespace millrace::cloudformation;
    const std::string_view body{reinterpret_cast<const char*>(data), size};
    if (const auto response = read_custom_response(body)) {
        MILLRACE_ASSERT(size <= kCustomResponseBytesMax &&
                        response->physical_id.size() <= kPhysicalIdBytesMax);
        CustomRequest request;
        request.response = body;
        const auto again = read_custom_request(write_custom_request(request));
        MILLRACE_ASSERT(again && again->response == body);
    }
    if (const auto signal = read_wait_signal(body)) {
        WaitHandle handle;
        handle.signals.emplace(signal->unique_id, *signal);
        const auto again = read_wait_handle(write_wait_handle(handle));
        MILLRACE_ASSERT(again && again->signals.size() == 1 &&
                        again->signals.begin()->second.data == signal->data);
    }
    (void)read_custom_request(body);
    (void)read_wait_handle(body);
    return 0;
}
