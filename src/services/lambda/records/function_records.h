#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <vector>

#include "base/time.h"
#include "services/lambda/functions.h"
#include "services/lambda/records/function_url.h"
#include "services/lambda/records/record_table.h"

namespace millrace::lambda {

// What a function, a version or an alias may have besides its configuration. Values, replaced as a whole.

/// A resource policy: statements in AWS's JSON, by their Sid.
struct Policy {
    struct Statement {
        std::string sid;
        std::string json;
    };
    std::vector<Statement> statements;
    std::string revision_id;
    static Result<Policy> from_json(std::string_view text);
};
[[nodiscard]] std::string to_json(const Policy& policy);

/// Of a function: how many invocations may run at once.
struct ReservedConcurrency {
    std::size_t executions = 0;
    static Result<ReservedConcurrency> from_json(std::string_view text);
};
[[nodiscard]] std::string to_json(const ReservedConcurrency& reserved);

/// Of a version or an alias: how many processes are ready ahead.
struct ProvisionedConcurrency {
    std::size_t executions = 0;
    WallTime last_modified;
    static Result<ProvisionedConcurrency> from_json(std::string_view text);
};
[[nodiscard]] std::string to_json(const ProvisionedConcurrency& provisioned);

/// What becomes of asynchronous events.
struct EventInvokeConfig {
    std::optional<int> retries_max;
    std::optional<Seconds> age_max;
    std::string on_success;  ///< ARN; may be empty
    std::string on_failure;
    WallTime last_modified;
    static Result<EventInvokeConfig> from_json(std::string_view text);
};
[[nodiscard]] std::string to_json(const EventInvokeConfig& config);

/// One word or ARN about a function.
struct Setting {
    std::string value;
    std::string detail = {};
    static Result<Setting> from_json(std::string_view text);
};
[[nodiscard]] std::string to_json(const Setting& setting);

/// The tables, under record_key(); what concerns a function as a whole has "$LATEST" for a qualifier. They
/// join the functions, which load, erase and clear them.
struct FunctionRecords {
    /// Both must outlive this.
    FunctionRecords(storage::Catalog& catalog, Functions& functions);

    RecordTable<Policy> policies;
    RecordTable<ReservedConcurrency> reserved;
    RecordTable<ProvisionedConcurrency> provisioned;
    RecordTable<EventInvokeConfig> event_invoke;
    RecordTable<FunctionUrl> urls;
    RecordTable<Setting> runtime_management;  ///< UpdateRuntimeOn, RuntimeVersionArn
    RecordTable<Setting> recursion;           ///< "Allow"; none means "Terminate"
    RecordTable<Setting> code_signing;        ///< ARN of a code signing configuration
};

}  // namespace millrace::lambda
