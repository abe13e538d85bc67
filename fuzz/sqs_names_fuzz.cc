#include <cstddef>
#include <cstdint>

#include "base/assert.h"
#include "services/sqs/move_task.h"
#include "services/sqs/queue_attributes.h"
#include "services/sqs/queue_description.h"
#include "services/sqs/queue_url.h"

// Whatever names a queue names one that its own ARN and URL name again; attributes that are taken read back.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    using namespace millrace;
    const std::string input{reinterpret_cast<const char*>(data), size};
    const aws::Scope caller{"000000000000", "us-east-1"};
    if (const auto address = sqs::parse_queue_url(caller, input)) {
        MILLRACE_ASSERT(sqs::is_queue_name(address->name));
        MILLRACE_ASSERT(sqs::parse_queue_arn(sqs::queue_arn(address->scope, address->name)) == address);
    }
    if (const auto address = sqs::parse_queue_arn(input)) MILLRACE_ASSERT(sqs::is_queue_name(address->name));
    for (const char* name : {"RedrivePolicy", "RedriveAllowPolicy", "Policy", "VisibilityTimeout"}) {
        sqs::QueueAttributes attributes;
        if (!attributes.set(name, input)) continue;
        sqs::QueueAttributes again;
        MILLRACE_ASSERT(again.set(name, attributes.get(name).value_or("")).has_value());
        MILLRACE_ASSERT(again.get(name) == attributes.get(name));
    }
    if (const auto queue = sqs::parse_description("sqs/queues/000000000000/us-east-1/q", input)) {
        MILLRACE_ASSERT(
            sqs::parse_description(sqs::catalog_key(*queue), sqs::catalog_value(*queue)).has_value());
    }
    if (const auto tasks = sqs::parse_move_tasks(input)) {
        MILLRACE_ASSERT(sqs::parse_move_tasks(sqs::encode_move_tasks(*tasks)) == *tasks);
    }
    if (const auto handle = sqs::parse_task_handle(input)) {
        MILLRACE_ASSERT(sqs::parse_task_handle(sqs::encode_task_handle(*handle)) == handle);
    }
    return 0;
}
