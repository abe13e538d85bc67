#pragma once

namespace CLI {
class App;
}

namespace millrace::app {

/// `millrace up TEMPLATE`: serves, deploys the template as a stack, follows the logs. The command runs during
/// parsing and leaves its exit status in `status`, which must outlive that.
void add_up(CLI::App& app, int& status);

}  // namespace millrace::app
