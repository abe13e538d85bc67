#pragma once

#include "services/kinesis/hash_key.h"

namespace millrace::kinesis {

/// Hash keys for records whose own do not count: one after the other they lie the golden ratio apart, so that
/// those of any stretch of time are spread evenly over all keys, and over any shards.
class EvenKeys {
  public:
    [[nodiscard]] HashKey next() { return key_ += kStep; }

  private:
    static constexpr HashKey kStep = HashKey{0x9e3779b97f4a7c15} << 64 | 0xf39cc0605cedc835;
    HashKey key_ = 0;
};

}  // namespace millrace::kinesis
