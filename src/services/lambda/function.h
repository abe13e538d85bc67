#pragma once

#include <cstdint>
#include <map>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "aws/context.h"
#include "base/error.h"
#include "base/time.h"

namespace millrace::lambda {

/// Where a function's code is.
struct CodeReference {
    enum class Kind {
        kPackage,  ///< an uploaded zip, kept in the package store under its SHA-256
        kLocal,    ///< a directory or zip of this machine, run as it is now
    };
    Kind kind = Kind::kPackage;
    std::string sha256;       ///< kPackage: 64 hex digits
    std::string path;         ///< kLocal: absolute
    std::string code_sha256;  ///< as the API shows it: base64
    std::int64_t size = 0;    ///< bytes of the zip, or of all files of the directory
    friend bool operator==(const CodeReference&, const CodeReference&) = default;
};

/// A function as it is configured: a value, replaced as a whole by an update. Kept in the catalog as JSON
/// under catalog_key().
struct Function {
    aws::Scope scope;
    std::string name;
    std::string runtime;
    std::string handler;
    std::string role;
    std::string description;
    int timeout_seconds = 3;
    int memory_mb = 128;
    int ephemeral_storage_mb = 512;
    std::map<std::string, std::string> environment;
    std::map<std::string, std::string> tags;
    std::vector<std::string> architectures = {"x86_64"};
    std::string log_group;  ///< "/aws/lambda/<name>" unless configured
    CodeReference code;
    std::string revision_id;
    WallTime last_modified;

    [[nodiscard]] std::string arn() const;
    [[nodiscard]] std::string catalog_key() const;
};

using FunctionPtr = std::shared_ptr<const Function>;

inline constexpr std::string_view kFunctionsPrefix = "lambda/functions/";
inline constexpr std::string_view kLatestVersion = "$LATEST";

[[nodiscard]] std::string function_arn(const aws::Scope& scope, std::string_view name);
[[nodiscard]] std::string function_catalog_key(const aws::Scope& scope, std::string_view name);

[[nodiscard]] std::string to_json(const Function& function);
/// kCorruption when the text is not what to_json() writes.
[[nodiscard]] Result<Function> function_from_json(std::string_view text);

}  // namespace millrace::lambda
