#pragma once

namespace millrace::net {

/// Lets this process open as many descriptors as it may: connections, segments and pipes of functions each
/// take one, and what a shell allows at first is few. What it starts gets its own limit (process_spawn.h).
void raise_descriptor_limit();

}  // namespace millrace::net
