#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "services/lambda/function.h"
#include "services/lambda/records/function_records.h"
#include "services/lambda/records/record_table.h"

namespace millrace::lambda {

/// A version of a layer: a value that never changes.
struct LayerVersion {
    aws::Scope scope;
    std::string name;
    std::int64_t version = 0;
    std::string description;
    std::string license;
    std::vector<std::string> runtimes;
    std::vector<std::string> architectures;
    WallTime created;
    CodeReference code;

    [[nodiscard]] std::string layer_arn() const;
    [[nodiscard]] std::string arn() const;
    static Result<LayerVersion> from_json(std::string_view text);
};
using LayerVersionPtr = std::shared_ptr<const LayerVersion>;
[[nodiscard]] std::string to_json(const LayerVersion& version);

/// The newest number given to a version of a layer, also when that version is gone.
struct LayerCounter {
    std::int64_t newest = 0;
    static Result<LayerCounter> from_json(std::string_view text);
};
[[nodiscard]] std::string to_json(const LayerCounter& counter);

inline constexpr std::string_view kLayerVersionsPrefix = "lambda/layer-versions/";

/// All layers: "<account>/<region>/<name>", and behind that "/<version>".
struct Layers {
    /// The catalog must outlive this.
    explicit Layers(storage::Catalog& catalog);
    Result<> load();
    void clear();

    RecordTable<LayerVersion> versions;
    RecordTable<LayerCounter> counters;
    RecordTable<Policy> policies;
};

}  // namespace millrace::lambda
