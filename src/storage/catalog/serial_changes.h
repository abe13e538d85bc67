#pragma once

#include <expected>
#include <functional>
#include <memory>
#include <utility>

#include "base/error.h"
#include "base/serial_tasks.h"
#include "storage/catalog/catalog.h"

namespace millrace::storage {

/// The changes of a service's part of the catalog, one after another: each is decided on settled state,
/// committed, then applied to the state in memory. `Refusal` is what the one who asked gets when a change is
/// not made: the decision's own words, or the catalog's error made into one.
///
/// Threads: the catalog's home executor only.
template <class Refusal>
class SerialChanges {
  public:
    struct Change {
        CatalogChange catalog;
        Task apply;  ///< runs once the change is durable
    };
    using Decide = std::move_only_function<std::expected<Change, Refusal>()>;
    using Answer = std::move_only_function<void(std::expected<void, Refusal>)>;
    using ToRefusal = Refusal (*)(const Error&);

    /// The catalog must outlive it.
    SerialChanges(Catalog& catalog, ToRefusal to_refusal) : catalog_(catalog), to_refusal_(to_refusal) {}

    /// May decide, and refuse, inside the call.
    void run(Decide decide, Answer answer) {
        tasks_.run([this, decide = std::move(decide), answer = std::move(answer)](Task finished) mutable {
            std::expected<Change, Refusal> change = decide();
            if (!change) {
                answer(std::unexpected(std::move(change.error())));
                return finished();
            }
            commit(std::move(*change), std::move(answer), std::move(finished));
        });
    }

    /// Drops the changes not yet begun. The one under way is neither applied nor answered any more.
    void clear() {
        generation_ = std::make_shared<int>();
        tasks_.clear();
    }

  private:
    void commit(Change change, Answer answer, Task finished) {
        catalog_.commit(
            std::move(change.catalog),
            [to_refusal = to_refusal_, weak = std::weak_ptr(generation_), apply = std::move(change.apply),
             answer = std::move(answer), finished = std::move(finished)](Result<> committed) mutable {
                if (weak.expired()) return;
                if (committed) {
                    apply();
                    answer({});
                } else {
                    answer(std::unexpected(to_refusal(committed.error())));
                }
                finished();
            });
    }

    Catalog& catalog_;
    ToRefusal to_refusal_;
    SerialTasks tasks_;
    /// The catalog's callbacks hold it weakly: clear() makes them void.
    std::shared_ptr<int> generation_ = std::make_shared<int>();
};

}  // namespace millrace::storage
