#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "api/sts.h"
#include "services/sts/service.h"

namespace millrace::sts {

/// A role's id as AWS makes them: "AROA" and 17 capitals and digits.
[[nodiscard]] std::string random_role_id(Random& random);

/// Temporary credentials for the account. Their access key is the account itself: that is how a call says
/// which account it is for, where signatures are not checked.
[[nodiscard]] api::sts::Credentials make_credentials(const Dependencies& dependencies,
                                                     std::string_view account, std::int32_t seconds);

}  // namespace millrace::sts
