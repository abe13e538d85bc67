#pragma once

namespace CLI {
class App;
}

namespace millrace::app {

/// `millrace doctor`: looks at a data directory that no server uses, and copies what can be read of a damaged
/// one. The command runs during parsing and leaves its exit status in `status`, which must outlive that: 0
/// when nothing is wrong, 1 when something is, 2 when it could not look.
void add_doctor(CLI::App& app, int& status);

}  // namespace millrace::app
