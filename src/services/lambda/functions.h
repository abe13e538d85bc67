#pragma once

#include <cstdint>
#include <map>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "base/error.h"
#include "services/lambda/function.h"
#include "services/lambda/records/alias.h"
#include "services/lambda/records/record_table.h"
#include "storage/catalog/catalog.h"

namespace millrace::lambda {

/// What a function has, in tables: "<account>/<region>/<name>/", and behind that the qualifier.
[[nodiscard]] std::string record_prefix(const aws::Scope& scope, std::string_view name);
[[nodiscard]] std::string record_key(const aws::Scope& scope, std::string_view name,
                                     std::string_view qualifier);

/// Every function there is, by scope and name, its published versions and its aliases: the state that the
/// catalog's prefixes "lambda/functions/", "lambda/versions/" and "lambda/aliases/" describe. Other tables
/// of what functions have join it, so that it goes with the function. Threads: the home executor.
class Functions {
  public:
    /// The catalog must outlive this.
    explicit Functions(storage::Catalog& catalog);

    /// Reads the catalog. kCorruption names what is damaged.
    Result<> load();

    /// $LATEST; nullptr when there is none.
    [[nodiscard]] FunctionPtr find(const aws::Scope& scope, const std::string& name) const;
    /// What a qualifier means: nothing or "$LATEST", a version, or the version that an alias points to first.
    [[nodiscard]] FunctionPtr find(const aws::Scope& scope, const std::string& name,
                                   const std::string& qualifier) const;
    /// The same for "name" or "name:qualifier".
    [[nodiscard]] FunctionPtr find_qualified(const aws::Scope& scope, const std::string& name) const;
    /// For one invocation: as find(), but an alias with weights gives each version its share. `roll`: any
    /// number.
    [[nodiscard]] FunctionPtr route(const aws::Scope& scope, const std::string& name,
                                    const std::string& qualifier, std::uint64_t roll) const;

    /// In name order, those after `after` first.
    [[nodiscard]] std::vector<FunctionPtr> list(const aws::Scope& scope, const std::string& after = {}) const;
    /// Of a function, oldest first, without $LATEST.
    [[nodiscard]] std::vector<FunctionPtr> versions(const aws::Scope& scope, const std::string& name) const;
    /// All, and all versions.
    [[nodiscard]] std::vector<FunctionPtr> all() const;

    [[nodiscard]] RecordTable<Alias>& aliases() { return aliases_; }
    [[nodiscard]] const RecordTable<Alias>& aliases() const { return aliases_; }

    /// A function is created or changed by one call at a time: from change_begins() to change_ended().
    [[nodiscard]] bool is_changing(const aws::Scope& scope, const std::string& name) const;
    void change_begins(const aws::Scope& scope, const std::string& name);
    void change_ended(const aws::Scope& scope, const std::string& name);

    /// Makes the function durable, then visible, then calls back; with a version of it, if one is given.
    void store(FunctionPtr function, storage::Done done, FunctionPtr version = nullptr);
    /// With all versions and all that tables have of it.
    void remove(const aws::Scope& scope, const std::string& name, storage::Done done);
    /// A version or an alias, with all that tables have of it.
    void remove_qualified(const aws::Scope& scope, const std::string& name, const std::string& qualifier,
                          storage::Done done);

    /// Its records under record_key() go with the function or version. It must outlive this.
    void join(AnyRecordTable& table) { tables_.push_back(&table); }

    /// Forgets all functions, and all that tables have, also what is on its way to the catalog.
    void clear();

  private:
    using Key = std::pair<aws::Scope, std::string>;
    void remove(storage::CatalogChange change, AnyRecordTable::Which which, storage::Done done);

    storage::Catalog& catalog_;
    std::map<Key, FunctionPtr> functions_;
    RecordTable<Function> versions_;
    RecordTable<Alias> aliases_;
    std::vector<AnyRecordTable*> tables_;
    std::set<Key> changing_;
    std::uint64_t resets_ = 0;  // what was committed before the last one is forgotten
};

}  // namespace millrace::lambda
