#pragma once

#include <cstdint>
#include <random>
#include <string>

namespace millrace {

/// Randomness is an argument too, so that a simulation repeats from its seed.
class Random {
  public:
    virtual ~Random() = default;
    [[nodiscard]] virtual std::uint64_t next() = 0;
};

/// From the operating system; safe from any thread.
class SystemRandom final : public Random {
  public:
    [[nodiscard]] std::uint64_t next() override;
};

class SeededRandom final : public Random {
  public:
    explicit SeededRandom(std::uint64_t seed) : engine_(seed) {}
    [[nodiscard]] std::uint64_t next() override { return engine_(); }

  private:
    std::mt19937_64 engine_;
};

/// A random (version 4) UUID in lower case: request ids, message ids, mapping ids.
[[nodiscard]] std::string make_uuid(Random& random);

}  // namespace millrace
