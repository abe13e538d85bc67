#pragma once

#include <string_view>
#include <vector>

#include "base/error.h"
#include "codec/json.h"
#include "services/lambda/filters/condition.h"

namespace millrace::lambda {

/// One pattern of FilterCriteria, compiled. Fields are joined by "and", the values of a field by "or", the
/// members of "$or" by "or"; an array in a record matches when one of its elements does, an array of objects
/// when one object matches all that is asked of it.
///
/// The document is the part of a record that its producer wrote ("data" in Kinesis, "body" in SQS): in the
/// record's JSON it is an object or an array when it was JSON of that kind, else a string. A pattern of the
/// other kind does not match it.
///
/// Pure. AWS's Lambda developer guide, "Control which events Lambda sends to your function".
class FilterPattern {
  public:
    enum class PlainDocuments { kAllowed, kRefused };

    /// kInvalidArgument when the pattern is no valid one.
    [[nodiscard]] static Result<FilterPattern> parse(std::string_view text, std::string_view document_key,
                                                     PlainDocuments plain_documents);

    [[nodiscard]] bool matches(const codec::JsonObject& record) const;
    /// Whether the document has to be looked at.
    [[nodiscard]] bool asks_for_document() const { return asks_for_document_; }

    /// The fields of an object. Public for the compiler only.
    struct Node;
    struct Field {
        std::string name;
        std::vector<Condition> conditions;  ///< of a value
        std::vector<Node> object;           ///< else one node, for an object
        bool document = false;
    };
    struct Node {
        std::vector<Field> fields;
        std::vector<std::vector<Node>> alternatives;  ///< each "$or"
    };

  private:
    FilterPattern(Node root, bool asks_for_document)
        : root_(std::move(root)), asks_for_document_(asks_for_document) {}

    Node root_;
    bool asks_for_document_;
};

}  // namespace millrace::lambda
