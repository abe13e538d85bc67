#pragma once

#include <expected>
#include <functional>
#include <memory>
#include <string>
#include <unordered_map>
#include <vector>

#include "base/executor.h"
#include "services/lambda/execution/failure.h"

namespace millrace::lambda {

/// What is run for a function of some runtime.
struct Interpreter {
    std::string program;       ///< absolute path; empty when the package's own bootstrap is run
    std::string warning = {};  ///< for the function's log: another version than the runtime asks for
};

/// Finds the system's interpreters.
/// Threads: called on, and answers on, the home executor; tries the candidates on the background executor.
class Interpreters {
  public:
    /// `search_path`: directories separated by colons, like PATH.
    Interpreters(std::string search_path, Executor& home, Executor& background);
    ~Interpreters();

    using Found = std::move_only_function<void(std::expected<Interpreter, RuntimeFailure>)>;
    /// python3.X exactly if it runs here, else python3 with a warning; node; java, with a warning if it is of
    /// another version, and ruby likewise; nothing for provided.*. What was found is kept, what is missing is
    /// looked for again.
    /// May answer inside the call.
    void find(const std::string& runtime, Found done);

  private:
    std::string search_path_;
    Executor& home_;
    Executor& background_;
    std::unordered_map<std::string, Interpreter> found_;
    std::unordered_map<std::string, std::vector<Found>> looking_;  ///< who waits for one that is looked for
    std::shared_ptr<bool> alive_ = std::make_shared<bool>(true);
};

}  // namespace millrace::lambda
