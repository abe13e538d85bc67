#pragma once

#include <cstdint>
#include <map>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "base/error.h"
#include "services/lambda/function.h"
#include "storage/catalog/catalog.h"

namespace millrace::lambda {

/// Every function there is, by scope and name: the state that the catalog's prefix "lambda/functions/"
/// describes. Threads: the home executor.
class Functions {
  public:
    /// The catalog must outlive this.
    explicit Functions(storage::Catalog& catalog) : catalog_(catalog) {}

    /// Reads the catalog. kCorruption names what is damaged.
    Result<> load();

    /// nullptr when there is none.
    [[nodiscard]] FunctionPtr find(const aws::Scope& scope, const std::string& name) const;
    /// In name order, those after `after` first.
    [[nodiscard]] std::vector<FunctionPtr> list(const aws::Scope& scope, const std::string& after = {}) const;
    [[nodiscard]] std::vector<FunctionPtr> all() const;

    /// A function is created or changed by one call at a time: from change_begins() to change_ended().
    [[nodiscard]] bool is_changing(const aws::Scope& scope, const std::string& name) const;
    void change_begins(const aws::Scope& scope, const std::string& name);
    void change_ended(const aws::Scope& scope, const std::string& name);

    /// Makes the function durable, then visible, then calls back.
    void store(FunctionPtr function, storage::Done done);
    void remove(const aws::Scope& scope, const std::string& name, storage::Done done);

    /// Forgets all functions, also those whose commit is on its way.
    void clear();

  private:
    using Key = std::pair<aws::Scope, std::string>;
    storage::Catalog& catalog_;
    std::map<Key, FunctionPtr> functions_;
    std::set<Key> changing_;
    std::uint64_t resets_ = 0;  // what was committed before the last one is forgotten
};

}  // namespace millrace::lambda
