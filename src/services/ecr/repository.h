#pragma once

#include <string>
#include <string_view>

#include "aws/context.h"
#include "base/error.h"
#include "base/time.h"

namespace millrace::ecr {

inline constexpr std::string_view kRepositoryPrefix = "ecr/repositories/";

struct Repository {
    aws::Scope scope;
    std::string name;
    std::string tag_mutability = "MUTABLE";
    bool scan_on_push = false;
    std::string encryption = "AES256";
    WallTime created = {};

    [[nodiscard]] std::string arn() const;
    /// Where AWS would have it; nothing is there.
    [[nodiscard]] std::string uri() const;
};

[[nodiscard]] std::string catalog_key(const aws::Scope& scope, std::string_view name);
[[nodiscard]] std::string to_catalog_value(const Repository& repository);
[[nodiscard]] Result<Repository> parse_repository(std::string_view key, std::string_view value);

}  // namespace millrace::ecr
