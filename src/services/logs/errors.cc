#include "services/logs/errors.h"

#include "api/logs.h"
#include "ports/system_tags.h"

namespace millrace::logs {

aws::ServiceError group_not_found() {
    return api::logs::resource_not_found_exception("The specified log group does not exist.");
}

aws::ServiceError stream_not_found() {
    return api::logs::resource_not_found_exception("The specified log stream does not exist.");
}

aws::ServiceError group_exists() {
    return api::logs::resource_already_exists_exception("The specified log group already exists");
}

aws::ServiceError stream_exists() {
    return api::logs::resource_already_exists_exception("The specified log stream already exists");
}

aws::ServiceError invalid_next_token() {
    return api::logs::invalid_parameter_exception("The specified nextToken is invalid.");
}

aws::ServiceError deletion_protected() {
    return api::logs::validation_exception(
        "Cannot delete log group with deletion protection enabled. Disable deletion protection first.");
}

aws::ServiceError system_tag_refused() {
    return api::logs::invalid_parameter_exception(ports::kSystemTagRefused);
}

}  // namespace millrace::logs
