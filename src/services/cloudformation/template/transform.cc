#include "services/cloudformation/template/transform.h"

#include <algorithm>
#include <fmt/format.h>

#include "codec/json.h"
#include "services/cloudformation/sam/sam.h"
#include "services/cloudformation/template/language_extensions.h"
#include "services/cloudformation/template/names.h"

namespace millrace::cloudformation {

Result<TemplateSource> apply_transforms(TemplateSource source, const ParameterValues& parameters,
                                        const PseudoParameters& pseudo, bool allow_unknown) {
    if (std::ranges::find(source.transforms, kLanguageExtensions) == source.transforms.end()) {
        if (auto plain = check_plain_language(source); !plain) return std::unexpected(plain.error());
    }
    for (const std::string& transform : source.transforms) {
        auto applied = transform == kServerless ? sam::expand(source, parameters, pseudo, allow_unknown)
                                                : extend_language(source, parameters, pseudo);
        if (!applied) return std::unexpected(applied.error());
    }
    const bool transformed = !source.transforms.empty();
    source.transforms.clear();
    source.root.erase("Transform");
    if (!transformed) return source;
    const std::string body = codec::to_json(source.root);
    if (body.size() > kProcessedBytesMax) {
        return template_error(fmt::format(
            "Template format error: the transformed template is larger than {} bytes.", kProcessedBytesMax));
    }
    // A deployment reads it again: it must not have become too deep.
    if (auto readable = parse_source(body); !readable) return std::unexpected(readable.error());
    return source;
}

}  // namespace millrace::cloudformation
