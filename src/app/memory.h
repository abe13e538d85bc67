#pragma once

namespace millrace::app {

/// Tells the C library to keep memory that a large answer took for the next one: giving it back to the system
/// and getting it again, page by page, takes longer than filling it. Once, before there are threads.
void keep_memory_of_large_answers();

/// Unmaps the code and constants of the program and its libraries that starting has touched: nearly all of
/// them, of which a server that waits needs little. What runs later is mapped again from the page cache, 64
/// KiB a fault. (A debugger's breakpoints set before go with it.)
void unmap_code_of_the_start();

}  // namespace millrace::app
