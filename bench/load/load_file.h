#pragma once

#include <filesystem>
#include <optional>
#include <string>
#include <vector>

#include "base/error.h"
#include "text.h"

namespace millrace::bench {

/// One request of a load, made anew each time; README.md has the fields of loads.json.
struct Step {
    std::string service;  ///< the signing name: "kinesis"
    std::string target;   ///< X-Amz-Target, or empty
    Text path;
    bool form = false;  ///< AWS's query protocol: the body is a form, the answer XML
    Text body;          ///< with $(items) cut out: see tail
    Text item;          ///< joined by commas between body and tail
    Text tail;
    std::size_t repeat = 0;  ///< so many items...
    std::string each;        ///< ...or one for each captured value of this name; none: the step is left out
    std::size_t units = 0;   ///< records or messages of one request that succeeded...
    std::string count;       ///< ...or as many as this name stands in the answer
    std::vector<std::string> capture;      ///< names whose value later texts use
    std::vector<std::string> capture_all;  ///< names whose values `each` uses
    std::string refused;                   ///< a name that says that a part failed, unless it is 0 or empty
    bool again = false;                    ///< repeated as long as units come, then the first step follows

    /// Made once and sent many times, it is still what it should be.
    [[nodiscard]] bool can_be_made_before() const;
};

struct Load {
    std::string name;
    std::string about;
    std::size_t connections = 1;
    std::vector<Step> steps;
    std::vector<Step> receiver;  ///< a pair: what the steps send is awaited by these
    std::size_t receivers = 0;
};

/// kNotFound: no such load in the file; kInvalidArgument: it is not as it should be.
Result<Load> read_load(const std::filesystem::path& file, const std::string& name, const Settings& settings);
Result<std::vector<Load>> read_loads(const std::filesystem::path& file);

}  // namespace millrace::bench
