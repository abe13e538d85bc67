#pragma once

namespace millrace::app {

/// Tells the C library to keep memory that a large answer took for the next one: giving it back to the system
/// and getting it again, page by page, takes longer than filling it. Once, before there are threads.
void keep_memory_of_large_answers();

}  // namespace millrace::app
