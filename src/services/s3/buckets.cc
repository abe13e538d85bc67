#include "services/s3/buckets.h"

#include <algorithm>
#include <memory>
#include <utility>

#include "codec/base64.h"
#include "services/s3/catalog_values.h"
#include "services/s3/errors.h"

namespace millrace::s3 {
namespace {

constexpr int kIdWords = 3;

bool same_version(const ObjectVersion& a, const ObjectVersion& b) {
    return a.version_id == b.version_id && a.order == b.order;
}

bool contains(const Versions& versions, const ObjectVersion& version) {
    return std::ranges::any_of(versions, [&](const auto& each) { return same_version(each, version); });
}

bool contains_id(const Versions& versions, const std::string& id) {
    return std::ranges::find(versions, id, &ObjectVersion::version_id) != versions.end();
}

void append(Extents& to, const Extents& more) {
    to.insert(to.end(), more.begin(), more.end());
}

}  // namespace

const Buckets::OfAccount& Buckets::of(std::string_view account) const {
    static const OfAccount none;
    const auto found = accounts_.find(account);
    return found == accounts_.end() ? none : found->second;
}

const Bucket* Buckets::find(std::string_view account, std::string_view bucket) const {
    const OfAccount& all = of(account);
    const auto found = all.find(bucket);
    return found == all.end() ? nullptr : &found->second;
}

Bucket* Buckets::mutable_bucket(std::string_view account, std::string_view bucket) {
    return const_cast<Bucket*>(find(account, bucket));
}

std::string Buckets::make_id() {
    std::string bytes;
    for (int word = 0; word < kIdWords; ++word) {
        const std::uint64_t random = dependencies_.random.next();
        bytes.append(reinterpret_cast<const char*>(&random), sizeof random);
    }
    return codec::base64_encode(bytes, codec::Base64Alphabet::kUrlSafe);
}

void Buckets::change(Decide decide, Answer answer) {
    changes_.run(
        [this, decide = std::move(decide)]() mutable -> aws::Outcome<Changes::Change> {
            aws::Outcome<Work> work = decide();
            if (!work) return std::unexpected(std::move(work.error()));
            bytes_.plan(work->moves, work->catalog);
            return Changes::Change{std::move(work->catalog), [this, moves = std::move(work->moves),
                                                              apply = std::move(work->apply)]() mutable {
                                       apply();
                                       bytes_.settle(moves);
                                   }};
        },
        std::move(answer));
}

void Buckets::create(BucketRecord record, Answer answer) {
    change(
        [this, record = std::move(record)]() mutable -> aws::Outcome<Work> {
            if (find(record.account, record.name) != nullptr) {
                return std::unexpected(
                    error("BucketAlreadyOwnedByYou",
                          "Your previous request to create the named bucket succeeded and you "
                          "already own it.",
                          409));
            }
            return Work{.catalog = {.puts = {{bucket_key(record), to_catalog_value(record)}}, .erases = {}},
                        .moves = {},
                        .apply = [this, record = std::move(record)]() mutable {
                            OfAccount& all = accounts_[record.account];
                            std::string name = record.name;
                            all[std::move(name)].record = std::move(record);
                        }};
        },
        std::move(answer));
}

void Buckets::edit(std::string account, std::string bucket, EditBucket edit, Answer answer) {
    change(
        [this, account = std::move(account), bucket = std::move(bucket),
         edit = std::move(edit)]() mutable -> aws::Outcome<Work> {
            const Bucket* found = find(account, bucket);
            if (found == nullptr) return std::unexpected(no_such_bucket(bucket));
            BucketRecord record = found->record;
            if (auto good = edit(record); !good) return std::unexpected(std::move(good.error()));
            return Work{.catalog = {.puts = {{bucket_key(record), to_catalog_value(record)}}, .erases = {}},
                        .moves = {},
                        .apply = [this, record]() mutable {
                            mutable_bucket(record.account, record.name)->record = std::move(record);
                        }};
        },
        std::move(answer));
}

void Buckets::remove(std::string account, std::string bucket, Answer answer) {
    change(
        [this, account = std::move(account), bucket = std::move(bucket)]() mutable -> aws::Outcome<Work> {
            const Bucket* found = find(account, bucket);
            if (found == nullptr) return std::unexpected(no_such_bucket(bucket));
            if (!found->empty()) {
                const bool versioned = found->record.versioning != Versioning::kNever;
                return std::unexpected(error("BucketNotEmpty",
                                             versioned
                                                 ? "The bucket you tried to delete is not empty. You must "
                                                   "delete all versions in the bucket."
                                                 : "The bucket you tried to delete is not empty",
                                             409));
            }
            Work work{.catalog = {.puts = {}, .erases = {bucket_key(found->record)}},
                      .moves = {},
                      .apply = nullptr};
            for (const auto& [id, upload] : found->uploads) {
                work.catalog.erases.push_back(upload_key(found->record, id));
                for (const auto& [number, part] : upload.parts) {
                    work.catalog.erases.push_back(part_key(found->record, id, number));
                    append(work.moves.gone, part.extents);
                }
            }
            work.apply = [this, account, bucket] { accounts_[account].erase(bucket); };
            return work;
        },
        std::move(answer));
}

Buckets::Work Buckets::replace(const Bucket& bucket, Edited edited) {
    Work work;
    for (const auto& [key, versions] : edited) {
        const auto found = bucket.objects.find(key);
        static const Versions none;
        const Versions& before = found == bucket.objects.end() ? none : found->second;
        for (const ObjectVersion& version : versions) {
            if (!contains(before, version))
                work.catalog.puts.emplace_back(object_key(bucket.record, key, version.version_id),
                                               to_catalog_value(version));
        }
        for (const ObjectVersion& version : before) {
            if (contains(versions, version)) continue;
            append(work.moves.gone, version.extents);
            if (!contains_id(versions, version.version_id))
                work.catalog.erases.push_back(object_key(bucket.record, key, version.version_id));
        }
    }
    work.apply = [this, account = bucket.record.account, name = bucket.record.name,
                  edited = std::move(edited)]() mutable {
        auto& objects = mutable_bucket(account, name)->objects;
        for (auto& [key, versions] : edited) {
            if (versions.empty()) {
                objects.erase(key);
            } else {
                objects[key] = std::move(versions);
            }
        }
    };
    return work;
}

aws::Outcome<Buckets::Work> Buckets::put_version(const ObjectName& name, MakeVersion& make,
                                                 ObjectVersion& result) {
    const Bucket* bucket = find(name.account, name.bucket);
    if (bucket == nullptr) return std::unexpected(no_such_bucket(name.bucket));
    auto draft = make(*bucket, bucket->newest(name.key));
    if (!draft) return std::unexpected(std::move(draft.error()));
    ObjectVersion& version = draft->version;
    version.version_id = bucket->record.versioning == Versioning::kEnabled ? make_id() : kNullVersion;
    version.order = next_order_++;
    version.modified = dependencies_.clock.now();
    result = version;

    const auto found = bucket->objects.find(name.key);
    Versions versions = found == bucket->objects.end() ? Versions{} : found->second;
    std::erase_if(versions, [&](const ObjectVersion& each) { return each.version_id == version.version_id; });
    versions.insert(versions.begin(), std::move(version));
    Edited edited;
    edited.emplace(name.key, std::move(versions));
    Work work = replace(*bucket, std::move(edited));
    append(work.moves.adopted, draft->moves.adopted);
    append(work.moves.gone, draft->moves.gone);
    if (!draft->finished_upload) return work;

    const std::string id = *draft->finished_upload;
    work.catalog.erases.push_back(upload_key(bucket->record, id));
    for (const auto& [number, part] : bucket->uploads.find(id)->second.parts)
        work.catalog.erases.push_back(part_key(bucket->record, id, number));
    work.apply = [this, name, id, apply = std::move(work.apply)]() mutable {
        apply();
        mutable_bucket(name.account, name.bucket)->uploads.erase(id);
    };
    return work;
}

void Buckets::put(ObjectName name, MakeVersion make, VersionDone done) {
    auto result = std::make_shared<ObjectVersion>();
    change([this, name = std::move(name), make = std::move(make),
            result]() mutable { return put_version(name, make, *result); },
           [result, done = std::move(done)](aws::Outcome<void> changed) mutable {
               if (!changed) return done(std::unexpected(std::move(changed.error())));
               done(std::move(*result));
           });
}

void Buckets::describe(ObjectName name, std::optional<std::string> version_id, EditDescription edit,
                       VersionDone done) {
    auto result = std::make_shared<ObjectVersion>();
    change(
        [this, name = std::move(name), version_id = std::move(version_id), edit = std::move(edit),
         result]() mutable -> aws::Outcome<Work> {
            const Bucket* bucket = find(name.account, name.bucket);
            if (bucket == nullptr) return std::unexpected(no_such_bucket(name.bucket));
            const ObjectVersion* found =
                version_id ? bucket->version(name.key, *version_id) : bucket->newest(name.key);
            if (found == nullptr && version_id)
                return std::unexpected(no_such_version(name.key, *version_id));
            if (found == nullptr || (found->delete_marker && !version_id))
                return std::unexpected(no_such_key(name.key));
            if (found->delete_marker) {
                return std::unexpected(error(
                    "MethodNotAllowed", "The specified method is not allowed against this resource.", 405));
            }
            ObjectVersion version = *found;
            if (auto good = edit(version.description); !good) return std::unexpected(std::move(good.error()));
            *result = version;
            return Work{.catalog = {.puts = {{object_key(bucket->record, name.key, version.version_id),
                                              to_catalog_value(version)}},
                                    .erases = {}},
                        .moves = {},
                        .apply = [this, name, version = std::move(version)]() mutable {
                            Versions& versions =
                                mutable_bucket(name.account, name.bucket)->objects.find(name.key)->second;
                            *std::ranges::find(versions, version.version_id, &ObjectVersion::version_id) =
                                std::move(version);
                        }};
        },
        [result, done = std::move(done)](aws::Outcome<void> changed) mutable {
            if (!changed) return done(std::unexpected(std::move(changed.error())));
            done(std::move(*result));
        });
}

ObjectVersion Buckets::new_delete_marker(const Bucket& bucket) {
    ObjectVersion marker;
    marker.version_id = bucket.record.versioning == Versioning::kEnabled ? make_id() : kNullVersion;
    marker.order = next_order_++;
    marker.delete_marker = true;
    marker.modified = dependencies_.clock.now();
    return marker;
}

Deleted Buckets::erase_one(const Bucket& bucket, const Deletion& deletion, Versions& versions) {
    if (deletion.version_id) {
        Deleted deleted{.delete_marker = false, .version_id = deletion.version_id};
        const auto found = std::ranges::find(versions, *deletion.version_id, &ObjectVersion::version_id);
        if (found == versions.end()) return deleted;
        deleted.delete_marker = found->delete_marker;
        versions.erase(found);
        return deleted;
    }
    if (bucket.record.versioning == Versioning::kNever) {
        versions.clear();
        return {};
    }
    ObjectVersion marker = new_delete_marker(bucket);
    Deleted deleted{.delete_marker = true, .version_id = marker.version_id};
    std::erase_if(versions, [&](const ObjectVersion& each) { return each.version_id == marker.version_id; });
    versions.insert(versions.begin(), std::move(marker));
    return deleted;
}

void Buckets::erase(std::string account, std::string name, std::vector<Deletion> deletions,
                    DeletedDone done) {
    auto results = std::make_shared<std::vector<aws::Outcome<Deleted>>>();
    change(
        [this, account = std::move(account), name = std::move(name), deletions = std::move(deletions),
         results]() mutable -> aws::Outcome<Work> {
            const Bucket* bucket = find(account, name);
            if (bucket == nullptr) return std::unexpected(no_such_bucket(name));
            Edited edited;
            for (Deletion& deletion : deletions) {
                auto place = edited.find(deletion.key);
                if (place == edited.end()) {
                    const auto found = bucket->objects.find(deletion.key);
                    place = edited
                                .emplace(deletion.key,
                                         found == bucket->objects.end() ? Versions{} : found->second)
                                .first;
                }
                Versions& versions = place->second;
                if (deletion.check) {
                    const auto meant = deletion.version_id ? std::ranges::find(versions, *deletion.version_id,
                                                                               &ObjectVersion::version_id)
                                                           : versions.begin();
                    auto good = deletion.check(meant == versions.end() ? nullptr : &*meant);
                    if (!good) {
                        results->push_back(std::unexpected(std::move(good.error())));
                        continue;
                    }
                }
                results->push_back(erase_one(*bucket, deletion, versions));
            }
            return replace(*bucket, std::move(edited));
        },
        [results, done = std::move(done)](aws::Outcome<void> changed) mutable {
            if (!changed) return done(std::unexpected(std::move(changed.error())));
            done(std::move(*results));
        });
}

void Buckets::reset() {
    changes_.clear();
    accounts_.clear();
    bytes_.reset();
}

}  // namespace millrace::s3
