#pragma once

#include <deque>
#include <functional>
#include <map>
#include <memory>
#include <unordered_map>
#include <vector>

#include "base/error.h"
#include "base/shared_bytes.h"
#include "services/s3/dependencies.h"
#include "services/s3/object.h"
#include "storage/catalog/loose_logs.h"

namespace millrace::s3 {

/// The bytes of objects, in logs of their own: written once, shared by copies, read in ranges, given back
/// when nobody has them. A log is "loose" while no object in the catalog has it: then the catalog names it as
/// such, so that the next start gives back what a crash left behind. Decision:
/// docs/decisions/0027-objects.md.
///
/// Threads: the home executor only; callbacks never run inside the calls. Errors: the log store's.
class ObjectBytes {
  public:
    explicit ObjectBytes(Dependencies dependencies);

    /// Gives loose logs of an earlier run back. Once, at start.
    [[nodiscard]] Result<> give_back_loose() { return loose_.give_back_all(); }

    using Written = std::move_only_function<void(Result<Extents>)>;
    /// Makes bytes durable in a loose log. No extents for no bytes. What is written must then either be
    /// adopted or abandoned.
    void write(SharedBytes bytes, Written done);
    void abandon(const Extents& extents);

    /// What objects get and lose with one change of the catalog.
    struct Moves {
        Extents adopted = {};
        Extents gone = {};
    };
    /// Adds to the change what it means for the logs: which are loose now, and which no more.
    void plan(const Moves& moves, storage::CatalogChange& change) const;
    /// The change was made. Gives back what nobody has now.
    void settle(const Moves& moves);

    /// At start: counts what the catalog's objects have.
    void count(const Extents& extents);

    using Piece = std::move_only_function<void(Result<std::vector<SharedBytes>>)>;
    /// The first bytes of the extents, at least one and at most about `bytes_max`.
    void read(const Extents& extents, std::size_t bytes_max, Piece done);

    /// Keeps the bytes readable while it lives, even when their object goes.
    class Pin {
      public:
        virtual ~Pin() = default;
    };
    [[nodiscard]] std::unique_ptr<Pin> pin(Extents extents);

    /// Forgets everything; the caller empties the storage.
    void reset();

  private:
    struct Job;
    struct Users {
        std::uint32_t objects = 0;  ///< extents of them
        std::uint32_t readers = 0;
        bool removed = false;  ///< waits for its readers
    };
    class ReaderPin;

    void prepare_logs();
    void pump();
    void append_next(const std::shared_ptr<Job>& job);
    void appended(const std::shared_ptr<Job>& job, std::size_t bytes, const Result<>& result);
    void give_back(storage::LogId log);
    void unpin(const Extents& extents);

    Dependencies dependencies_;
    storage::LooseLogs loose_;
    /// Of logs that objects have or that are read.
    std::unordered_map<storage::LogId, Users> users_;
    std::deque<storage::LogId> prepared_;  ///< named as loose in the catalog already
    bool preparing_ = false;
    std::deque<std::shared_ptr<Job>> jobs_;  ///< not all given to the log store yet, in the order they came
    std::size_t writing_bytes_ = 0;
    /// Callbacks of the storage hold it weakly: reset() makes them void.
    std::shared_ptr<int> generation_ = std::make_shared<int>();
};

/// Bytes `from` up to `from + bytes` of what the extents hold together.
[[nodiscard]] Extents slice(const Extents& extents, std::uint64_t from, std::uint64_t bytes);
[[nodiscard]] std::uint64_t total_bytes(const Extents& extents);

}  // namespace millrace::s3
