#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "millrace/events.h"

/// Joins JSON texts into JSON arrays, each as large as one SQS message may be.
class Batcher {
  public:
    /// SQS's limit of a message, and of all messages of one batch call together (1 MiB).
    static constexpr std::size_t kMessageBytesMax = 1024 * 1024;

    struct Message {
        std::string body;                                             ///< a JSON array
        std::vector<const millrace::lambda::KinesisRecord*> records;  ///< that are inside
    };

    /// False when the record alone is larger than a message may be. The record must outlive the message.
    [[nodiscard]] bool add(std::string_view json, const millrace::lambda::KinesisRecord& record);

    /// All messages so far; the batcher is empty afterwards.
    [[nodiscard]] std::vector<Message> take();

  private:
    std::vector<Message> messages_;
};
