#include <cstddef>
#include <cstdint>

#include "base/assert.h"
#include "services/ssm/filters.h"
#include "services/ssm/names.h"

using namespace millrace;

// Names, paths and ARNs of parameters, and their values in the catalog: a good name is read again from its
// ARN, what is kept is kept the same again.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    const std::string_view text{reinterpret_cast<const char*>(data), size};
    const aws::Scope scope{"000000000000", "us-east-1"};
    const ssm::NamedParameter named = ssm::read_name(text);
    MILLRACE_ASSERT(named.name.find(':') == std::string::npos);
    if (ssm::check_name(scope, text)) {
        MILLRACE_ASSERT(named.name == text);
        MILLRACE_ASSERT(ssm::is_below("/", true, text));
        const ssm::Parameter parameter{.scope = scope, .name = std::string(text)};
        const bool bare = text.find('/', 1) == std::string_view::npos;
        MILLRACE_ASSERT(ssm::read_name(parameter.arn()).name ==
                        (bare ? text.substr(text.starts_with('/')) : text));
    }
    (void)ssm::check_path(text);
    const std::string key = ssm::catalog_key(scope, "/a/b");
    if (const auto kept = ssm::parse_parameter(key, text)) {
        MILLRACE_ASSERT(kept->name == "/a/b");
        const std::string again = ssm::to_catalog_value(*kept);
        MILLRACE_ASSERT(ssm::to_catalog_value(*ssm::parse_parameter(key, again)) == again);
    }
    (void)ssm::parse_parameter(text, R"({"type":"String","version":1,"tags":{}})");
    return 0;
}
