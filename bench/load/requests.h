#pragma once

#include <cstdint>
#include <map>
#include <memory>
#include <string>
#include <vector>

#include "channel.h"
#include "cli/signer.h"
#include "load_file.h"

namespace millrace::bench {

enum class Signing {
    kNone,    ///< no Authorization header
    kBefore,  ///< where the load allows it, a set of requests is made and signed before, and sent again and
              ///< again
    kEach,    ///< every request when it is sent
};

/// What a user has of earlier answers.
struct Captured {
    Settings values;                                        ///< Step::capture
    std::map<std::string, std::vector<std::string>> lists;  ///< Step::capture_all
};

/// Makes the requests of a load, with ids and numbers that go on from one to the next.
class Requests {
  public:
    Requests(const Load& load, Place place, Signing signing, cli::Credentials credentials,
             std::string region);

    struct Made {
        std::shared_ptr<const Prepared> prepared;
        std::uint64_t first_id = 0;  ///< of its items; an id a request without items
    };
    /// `unique`: not one made before. Fails where a text cannot be filled.
    Result<Made> make(const Step& step, std::size_t user, const Captured& captured, bool unique);

  private:
    struct Set {
        std::vector<std::shared_ptr<const Prepared>> requests;
        std::size_t next = 0;
    };

    Result<std::string> body_of(const Step& step, std::size_t user, const Captured& captured);
    Result<std::shared_ptr<const Prepared>> anew(const Step& step, std::size_t user,
                                                 const Captured& captured);
    Result<> fill_set(Set& set, const Step& step);

    const Place place_;
    const Signing signing_;
    const cli::Credentials credentials_;
    const std::string region_;
    std::uint64_t number_ = 0;
    std::uint64_t next_id_;  ///< from the time of day, so that runs have ids of their own
    std::map<const Step*, Set> sets_;
};

}  // namespace millrace::bench
