#pragma once

#include "base/time.h"

namespace millrace::lambda {

/// Before storage is asked again for what it refused for now: a write on a full disk, a read of a bad sector.
inline constexpr Seconds kRefusedPause{1};

}  // namespace millrace::lambda
