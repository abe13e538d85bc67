#pragma once

#include <list>
#include <map>
#include <memory>
#include <string>
#include <vector>

#include "aws/error.h"
#include "services/lambda/mappings/mapping_dependencies.h"
#include "services/lambda/mappings/runner.h"

namespace millrace::lambda {

/// All event source mappings, and those that are enabled at work.
/// Threads: the home executor.
class Mappings {
  public:
    explicit Mappings(MappingDependencies dependencies) : dependencies_(std::move(dependencies)) {}

    /// Reads the catalog. kCorruption names what is damaged.
    Result<> load();
    /// Enabled mappings read from now on.
    void start();

    /// nullptr when there is none in that scope.
    [[nodiscard]] const Mapping* find(const aws::Scope& scope, const std::string& uuid) const;
    [[nodiscard]] std::vector<const Mapping*> list(const aws::Scope& scope) const;
    /// The mapping, there or just being created, that leads this source to this function; empty when there is
    /// none.
    [[nodiscard]] std::string find_duplicate(const Mapping& mapping) const;
    /// Of a stream's mapping, as the API shows it: "No records processed", "OK", "PROBLEM: Function call
    /// failed".
    [[nodiscard]] std::string last_result(const Mapping& mapping) const;

    using Done = std::move_only_function<void(aws::Outcome<void>)>;
    /// Pins the starting position in every shard of a stream that there is, makes mapping and positions
    /// durable, and begins to read. ResourceNotFoundException when the stream, or its consumer, is not there.
    void create(Mapping mapping, Done done);
    /// Everything but the source and the position. ResourceInUseException while another change is being
    /// written.
    void update(Mapping mapping, Done done);
    void remove(const Mapping& mapping, Done done);

    void function_changed(const aws::Scope& scope, const std::string& function);
    /// Stops reading, forgets all mappings; the catalog stays.
    void clear();

  private:
    struct Entry {
        Mapping mapping;
        std::unique_ptr<Runner> runner;  ///< once it was enabled
        bool changing = false;           ///< a change is being written
    };
    struct Pinning;

    void pin_next(std::shared_ptr<Pinning> pinning);
    void commit_created(std::shared_ptr<Pinning> pinning);
    void run(Entry& entry);
    void let_go(const std::string& uuid);

    MappingDependencies dependencies_;
    std::map<std::string, Entry> entries_;        // by UUID
    std::list<std::unique_ptr<Runner>> leaving_;  // of mappings that were deleted, until they are done
    std::map<std::string, Mapping> creating_;     // by UUID
    bool started_ = false;
    std::shared_ptr<bool> alive_ = std::make_shared<bool>(true);
};

}  // namespace millrace::lambda
