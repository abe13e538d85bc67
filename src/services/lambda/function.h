#pragma once

#include <cstdint>
#include <map>
#include <memory>
#include <optional>
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

/// A layer that a function uses: its version's ARN, and the package as it was published.
struct LayerReference {
    std::string arn;
    CodeReference code;
    friend bool operator==(const LayerReference&, const LayerReference&) = default;
};

inline constexpr std::string_view kLatestVersion = "$LATEST";

/// A function as it is configured, or as it was when a version was published: a value, replaced as a whole
/// by an update. Kept in the catalog as JSON: $LATEST under "lambda/functions/", versions in a table
/// (functions.h).
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
    bool shows_environment = false;  ///< though it is empty: it was given so
    std::map<std::string, std::string> tags;
    std::vector<std::string> architectures = {"x86_64"};
    std::string log_group;              ///< "/aws/lambda/<name>" unless configured
    bool json_logs = false;             ///< LogFormat JSON
    std::string application_log_level;  ///< "INFO"; empty without json_logs
    std::string system_log_level;       ///< likewise
    CodeReference code;
    std::string revision_id;
    WallTime last_modified;
    std::vector<LayerReference> layers;     ///< later ones win
    std::string dead_letter_arn;            ///< of a queue; may be empty
    bool traced = false;                    ///< TracingConfig Active: shown, and nothing else
    std::string version{kLatestVersion};    ///< or a number
    std::int64_t versions_published = 0;    ///< of $LATEST: the newest number, never given again
    std::string description_at_publishing;  ///< of a version: $LATEST's own, whatever the version's is
    std::optional<WallTime> published;      ///< of a version, but for those of earlier builds

    [[nodiscard]] std::string arn() const;            ///< without a version
    [[nodiscard]] std::string qualified_arn() const;  ///< "...:function:name:7", "...:function:name:$LATEST"
    [[nodiscard]] bool is_latest() const { return version == kLatestVersion; }

    static Result<Function> from_json(std::string_view text);
};

using FunctionPtr = std::shared_ptr<const Function>;

inline constexpr std::string_view kFunctionsPrefix = "lambda/functions/";
inline constexpr std::string_view kVersionsPrefix = "lambda/versions/";
/// `name` may be qualified: "name:7".
[[nodiscard]] std::string function_arn(const aws::Scope& scope, std::string_view name);
[[nodiscard]] std::string function_catalog_key(const aws::Scope& scope, std::string_view name);

/// Whether publishing $LATEST would make a version like this one.
[[nodiscard]] bool is_same_content(const Function& version, const Function& latest);

[[nodiscard]] std::string to_json(const Function& function);
/// kCorruption when the text is not what to_json() writes.
[[nodiscard]] Result<Function> function_from_json(std::string_view text);

}  // namespace millrace::lambda
