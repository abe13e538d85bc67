#pragma once

#include "base/time.h"

namespace millrace::lambda {

/// When asynchronous events are tried again: AWS's times; shorter in tests.
struct AsyncTimes {
    Milliseconds first_retry = Seconds{60};
    Milliseconds second_retry = Seconds{120};
    Milliseconds throttled_first = Seconds{1};  ///< doubles up to throttled_max
    Milliseconds throttled_max = Seconds{300};
    Milliseconds age_max = Seconds{6 * 60 * 60};
};

}  // namespace millrace::lambda
