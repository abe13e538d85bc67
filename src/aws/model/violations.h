#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

#include "aws/error.h"
#include "aws/model/service_model.h"

namespace millrace::aws {

/// Where in an input a value stands; a chain of frames on the stack. As AWS writes it:
/// "records.1.member.partitionKey", "messageAttributes.city.member.dataType".
class Path {
  public:
    Path() = default;
    Path(const Path& parent, const Member& member) : parent_(&parent), member_(&member) {}
    /// Counted from 0 here, written from 1.
    Path(const Path& parent, std::size_t index) : parent_(&parent), index_(index) {}
    Path(const Path& parent, std::string_view key) : parent_(&parent), key_(key) {}

    [[nodiscard]] std::string text() const;
    /// The innermost member's name as the API spells it.
    [[nodiscard]] std::string_view member_name() const;

  private:
    void append_to(std::string& out) const;

    const Path* parent_ = nullptr;
    const Member* member_ = nullptr;
    std::size_t index_ = 0;
    std::string_view key_;
};

/// What an input does wrong, in the order found. The first kViolationsMax are kept: a request of a million
/// mistakes gets a short answer, soon.
class Violations {
  public:
    static constexpr std::size_t kViolationsMax = 32;

    /// "Member must not be null"
    void add_missing(const Path& path);
    /// Ignored for a member that is missing: its place holds a default. `value` as AWS shows it, `constraint`
    /// as "Member must have length ...".
    void add(const Path& path, std::string_view value, std::string_view constraint);

    [[nodiscard]] bool empty() const { return texts_.empty(); }
    /// All of them in one error, in the service's style. Not empty.
    [[nodiscard]] ServiceError to_error(const ServiceModel& service) const;

  private:
    [[nodiscard]] bool full() const { return texts_.size() == kViolationsMax; }
    [[nodiscard]] bool is_missing(std::string_view path) const;

    std::vector<std::string> texts_;
    std::vector<std::string> missing_;  ///< paths
    std::string first_missing_;         ///< the member's name
};

}  // namespace millrace::aws
