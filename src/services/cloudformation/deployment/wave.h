#pragma once

#include <cstddef>
#include <map>
#include <set>
#include <string>
#include <vector>

#include "services/cloudformation/template/graph.h"

namespace millrace::cloudformation {

/// Hands out what may be worked on: each name after all that it needs, as many at once as are free.
class Wave {
  public:
    Wave() = default;
    /// Needs that are not names of the wave are ignored.
    explicit Wave(Dependencies needs);

    /// The names that have become free, each handed out once; it runs until finished() or abandoned() is
    /// told.
    [[nodiscard]] std::vector<std::string> take_ready();
    void finished(const std::string& name);
    /// It is over, but what needs it stays where it is.
    void abandoned(const std::string& name);
    /// Hands out nothing more.
    void stop() { stopped_ = true; }
    /// Handed out, and neither finished nor abandoned.
    [[nodiscard]] std::set<std::string> running() const { return running_; }
    /// Nothing runs.
    [[nodiscard]] bool idle() const { return running_.empty(); }

  private:
    Dependencies waiting_;
    std::map<std::string, std::vector<std::string>> dependents_;
    std::set<std::string> ready_;
    std::set<std::string> running_;
    bool stopped_ = false;
};

}  // namespace millrace::cloudformation
