#pragma once

namespace CLI {
class App;
}

namespace millrace::app {

/// `millrace serve`: the command runs during parsing and leaves its exit status in `status`, which must
/// outlive that.
void add_serve(CLI::App& app, int& status);

}  // namespace millrace::app
