#pragma once

#include <string>
#include <vector>

#include "aws/context.h"
#include "base/time.h"
#include "services/lambda/records/record_table.h"

namespace millrace::lambda {

/// Who may sign code, and what becomes of code that nobody of them signed: kept and shown, not enforced.
struct CodeSigningConfig {
    aws::Scope scope;
    std::string id;  ///< "csc-<17 letters and digits>"
    std::string description;
    std::vector<std::string> publishers;  ///< ARNs of signing profile versions
    std::string untrusted = "Warn";       ///< or "Enforce"
    WallTime last_modified;

    [[nodiscard]] std::string arn() const;
    static Result<CodeSigningConfig> from_json(std::string_view text);
};
[[nodiscard]] std::string to_json(const CodeSigningConfig& config);

/// By ARN.
using CodeSigningConfigs = RecordTable<CodeSigningConfig>;
inline constexpr std::string_view kCodeSigningPrefix = "lambda/code-signing-configs/";

}  // namespace millrace::lambda
