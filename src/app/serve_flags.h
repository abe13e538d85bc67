#pragma once

namespace CLI {
class App;
}

namespace millrace::app {

struct ServeOptions;

/// Where to listen, where the data lies, and the like: what `serve` and `up` share. The options must outlive
/// parsing.
void add_serve_flags(CLI::App& command, ServeOptions& options);

/// `millrace serve`: the command runs during parsing and leaves its exit status in `status`, which must
/// outlive that.
void add_serve(CLI::App& app, int& status);

}  // namespace millrace::app
