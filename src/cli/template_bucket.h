#pragma once

#include <string>

#include "base/error.h"
#include "cli/api.h"

namespace millrace::cli {

/// The bucket in which a server finds templates of nested stacks, and those too large for a request. It is
/// made when it is first needed, and stays, as the one of `aws cloudformation package` does.
class TemplateBucket {
  public:
    explicit TemplateBucket(Api& api) : api_(api) {}

    /// Keeps a template under a name made of its content; returns its URL.
    [[nodiscard]] Result<std::string> keep(const std::string& body);

  private:
    Answer<void> make();

    Api& api_;
    bool made_ = false;
};

}  // namespace millrace::cli
