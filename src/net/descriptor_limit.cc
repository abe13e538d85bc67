#include "net/descriptor_limit.h"

#include <algorithm>
#include <sys/resource.h>

namespace millrace::net {
namespace {

/// More than anybody needs; who closes all there might be, one by one, must still come to an end.
constexpr rlim_t kDescriptorsMax = 1 << 20;

}  // namespace

void raise_descriptor_limit() {
    rlimit limit{};
    if (::getrlimit(RLIMIT_NOFILE, &limit) != 0) return;
    limit.rlim_cur = std::max(limit.rlim_cur, std::min(limit.rlim_max, kDescriptorsMax));
    ::setrlimit(RLIMIT_NOFILE, &limit);  // as it was, when that cannot be
}

}  // namespace millrace::net
