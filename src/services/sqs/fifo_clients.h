#pragma once

#include <algorithm>
#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "base/time.h"
#include "services/sqs/record.h"

// For fifo_simulation_test.cc: what the clients of a FIFO queue know.
//
// Bodies come from the disk: an answer may come long after the queue decided, and behind the answer to what
// was asked later. So askings are numbered, and of the end of a message's visibility timeout the clients know
// the earliest and the latest moment.

namespace millrace::sqs {

/// One asking for messages.
struct Asking {
    int number = 0;
    int step = 0;
    WallTime at{};
    Seconds timeout{0};
    std::string attempt;                     ///< ReceiveRequestAttemptId
    std::vector<std::string> expected = {};  ///< the messages that it must be given again

    /// Hides messages at least until then.
    [[nodiscard]] WallTime until() const { return at + timeout; }
};

/// What the clients know of one message.
struct KnownMessage {
    std::string group;
    std::string deduplication_id;
    WallTime sent;
    std::optional<MessageNumber> number;  ///< its send was acknowledged, or it was received
    std::uint32_t receives = 0;
    std::uint32_t nonce = 0;                    ///< of the newest receive
    std::string attempt;                        ///< of that receive
    WallTime hidden_until = WallTime::min();    ///< at least
    WallTime hidden_at_most = WallTime::min();  ///< while none with that attempt is asked and not answered
    int asked = 0;               ///< number of the newest asking that says how long it is hidden
    bool leaving = false;        ///< its deletion, or a purge, was asked for
    std::optional<int> deleted;  ///< in this step that was acknowledged
    bool sure = true;            ///< nothing was asked for that a crash may have cut off

    /// The answer to a receive; nothing was asked of it since that the clients could know of.
    void hide(const Asking& asking, WallTime now) {
        asked = asking.number;
        hidden_until = asking.until();
        hidden_at_most = now + asking.timeout;
    }

    /// The answer to another receive of the same attempt.
    void hide_again(const Asking& asking, WallTime now) {
        if (asking.number >= asked) return hide(asking, now);
        // Something else was asked for since, and perhaps decided later.
        hidden_until = std::min(hidden_until, asking.until());
        hidden_at_most = std::max(hidden_at_most, now + asking.timeout);
    }
};

/// Receives with one ReceiveRequestAttemptId.
struct Attempt {
    std::map<int, WallTime> unanswered;  ///< by their numbers: until when they hide messages at least
    int answered = 0;                    ///< the newest that was
    std::vector<std::string> ids;        ///< its messages
    WallTime asked_at;
};

}  // namespace millrace::sqs
