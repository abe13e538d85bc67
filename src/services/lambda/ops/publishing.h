#pragma once

#include <functional>
#include <optional>
#include <string>

#include "api/lambda.h"
#include "services/lambda/core.h"

namespace millrace::lambda {

struct Published {
    FunctionPtr version;
    bool is_new = false;  ///< else nothing has changed since that version
};

/// Stores $LATEST as given and publishes it, in one commit, unless its newest version is just like it. Local
/// code is packed, so that the version stays what it is. `description`: of the version, instead of the
/// function's own. To be called between change_begins() and change_ended().
void store_published(Core& core, Function latest, std::optional<std::string> description,
                     std::move_only_function<void(aws::Outcome<Published>)> done);

/// What packing local code may have run into.
[[nodiscard]] aws::ServiceError packing_error(const Error& error);

/// What PublishVersion does.
void publish(Core& core, const aws::Scope& scope, api::lambda::PublishVersionRequest input,
             std::move_only_function<void(aws::Outcome<Published>)> done);

}  // namespace millrace::lambda
