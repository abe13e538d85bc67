#pragma once

#include <deque>
#include <functional>
#include <map>
#include <memory>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/error.h"
#include "storage/catalog/catalog.h"

namespace millrace::lambda {

/// What all tables have in common, so that what belongs to a function can go with it.
class AnyRecordTable {
  public:
    virtual ~AnyRecordTable() = default;
    /// Reads the catalog. kCorruption names what is damaged.
    virtual Result<> load() = 0;
    using Which = std::function<bool(std::string_view key)>;
    /// Adds the erasure of records, there or on their way, to a change.
    virtual void erase(const Which& which, storage::CatalogChange& change) const = 0;
    /// What was erased so is forgotten, once that is durable.
    virtual void forget(const Which& which) = 0;
    /// Forgets everything, also what is on its way to the catalog; the catalog stays.
    virtual void clear() = 0;
};

/// Records of one kind, each in the catalog under the table's prefix and its own key. What find() and list()
/// give is durable; newest() also knows what is being written, so that two changes of a record that come
/// shortly after each other lose nothing.
///
/// T: a value with `static Result<T> from_json(std::string_view)` and a free `to_json(const T&)`.
/// Threads: the home executor.
template <class T>
class RecordTable final : public AnyRecordTable {
  public:
    using Pointer = std::shared_ptr<const T>;

    /// The catalog must outlive the table.
    RecordTable(storage::Catalog& catalog, std::string_view prefix) : catalog_(catalog), prefix_(prefix) {}

    Result<> load() override {
        for (const auto& [key, value] : catalog_.list(prefix_)) {
            Result<T> record = T::from_json(value);
            if (!record) return std::unexpected(record.error());
            records_[key.substr(prefix_.size())] = std::make_shared<const T>(std::move(*record));
        }
        return {};
    }

    /// nullptr when there is none.
    [[nodiscard]] Pointer find(const std::string& key) const {
        const auto found = records_.find(key);
        return found == records_.end() ? nullptr : found->second;
    }
    [[nodiscard]] Pointer newest(const std::string& key) const {
        const auto pending = pending_.find(key);
        return pending == pending_.end() ? find(key) : pending->second.back();
    }
    /// Those whose key begins with the prefix, in key order.
    [[nodiscard]] std::vector<std::pair<std::string, Pointer>> list(std::string_view key_prefix = {}) const {
        std::vector<std::pair<std::string, Pointer>> found;
        for (auto it = records_.lower_bound(key_prefix); it != records_.end(); ++it) {
            if (!it->first.starts_with(key_prefix)) break;
            found.emplace_back(it->first, it->second);
        }
        return found;
    }

    /// Makes the record durable, then visible, then calls back.
    void put(const std::string& key, T value, storage::Done done) {
        put(key, std::move(value), {}, std::move(done));
    }
    /// Together with another change.
    void put(const std::string& key, T value, storage::CatalogChange change, storage::Done done) {
        change.puts.emplace_back(prefix_ + key, to_json(value));
        commit(key, std::make_shared<const T>(std::move(value)), std::move(change), std::move(done));
    }
    void erase(const std::string& key, storage::Done done) {
        storage::CatalogChange change;
        change.erases.push_back(prefix_ + key);
        commit(key, nullptr, std::move(change), std::move(done));
    }

    void erase(const Which& which, storage::CatalogChange& change) const override {
        for (const auto& [key, record] : records_) {
            if (which(key)) change.erases.push_back(prefix_ + key);
        }
        for (const auto& [key, values] : pending_) {
            if (which(key)) change.erases.push_back(prefix_ + key);
        }
    }
    void forget(const Which& which) override {
        std::erase_if(records_, [&](const auto& entry) { return which(entry.first); });
    }
    void clear() override {
        records_.clear();
        pending_.clear();
        *std::exchange(alive_, std::make_shared<bool>(true)) = false;
    }

  private:
    // Commits are answered in the order of the calls.
    void commit(const std::string& key, Pointer value, storage::CatalogChange change, storage::Done done) {
        pending_[key].push_back(std::move(value));
        catalog_.commit(std::move(change),
                        [this, alive = alive_, key, done = std::move(done)](Result<> result) mutable {
                            if (*alive) committed(key, result.has_value());
                            done(std::move(result));
                        });
    }
    void committed(const std::string& key, bool durable) {
        std::deque<Pointer>& values = pending_.at(key);
        Pointer value = std::move(values.front());
        values.pop_front();
        if (values.empty()) pending_.erase(key);
        if (!durable) return;
        if (value) {
            records_[key] = std::move(value);
        } else {
            records_.erase(key);
        }
    }

    storage::Catalog& catalog_;
    const std::string prefix_;
    std::map<std::string, Pointer, std::less<>> records_;
    std::map<std::string, std::deque<Pointer>> pending_;  // on their way, oldest first; nullptr: erased
    std::shared_ptr<bool> alive_ = std::make_shared<bool>(true);
};

}  // namespace millrace::lambda
