#include "aws/model/service_model.h"

#include <algorithm>
#include <utility>

namespace millrace::aws {

bool ServiceModel::speaks(Protocol protocol) const {
    return std::ranges::find(protocols, protocol) != protocols.end();
}

const ErrorModel* ServiceModel::find_error(std::string_view code) const {
    const auto found = std::ranges::find(errors, code, &ErrorModel::code);
    return found == errors.end() ? nullptr : &*found;
}

ServiceError make_error(const ErrorModel& model, std::string message) {
    return {.code = std::string(model.code),
            .message = std::move(message),
            .http_status = model.status,
            .query_code = std::string(model.query_code),
            .sender_fault = model.sender_fault};
}

}  // namespace millrace::aws
