#pragma once

#include <functional>
#include <set>
#include <string>

#include "base/error.h"
#include "files/file_system.h"

namespace millrace::cli {

struct PackagedTemplate {
    std::string body;                  ///< what CreateStack gets
    std::set<std::string> parameters;  ///< the names it declares
};

/// Templates that include each other, the outermost counted.
inline constexpr int kNestedTemplatesMax = 16;

struct Packaging {
    /// Keeps the template of a nested stack where the server finds it; returns its URL.
    std::function<Result<std::string>(const std::string& body)> keep;
    /// Told of each template, and of what each layer is made of, before it is read, or is not there.
    std::function<void(const std::string& path)> reads = [](const std::string&) {};
};

/// Reads a template and makes its local code reachable for a server on the same machine, as `aws
/// cloudformation package` makes it reachable for AWS: where the Code of an AWS::Lambda::Function is a path
/// (relative to the template, a directory, an archive or a single file), it becomes {"S3Bucket": "__local__",
/// "S3Key": "<absolute path>"}; so does the Content of an AWS::Lambda::LayerVersion, with a digest of what
/// lies there as "S3ObjectVersion". The CodeUri of an AWS::Serverless::Function or of the Globals and the
/// ContentUri of an AWS::Serverless::LayerVersion become the same with SAM's names, {"Bucket", "Key",
/// "Version"}. Where the TemplateURL of an AWS::CloudFormation::Stack or the Location of an
/// AWS::Serverless::Application is a path, that template is packaged likewise, and kept. A template without
/// any of these is sent as it is written. Errors name the file, and where they can the line.
[[nodiscard]] Result<PackagedTemplate> package_template(files::FileSystem& files, const std::string& path,
                                                        const Packaging& packaging);

}  // namespace millrace::cli
