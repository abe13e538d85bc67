#include <memory>
#include <utility>

#include "services/s3/buckets.h"
#include "services/s3/catalog_values.h"
#include "services/s3/errors.h"

namespace millrace::s3 {

void Buckets::begin_upload(std::string account, std::string name, Upload upload, Answer answer) {
    change(
        [this, account = std::move(account), name = std::move(name),
         upload = std::move(upload)]() mutable -> aws::Outcome<Work> {
            const Bucket* bucket = find(account, name);
            if (bucket == nullptr) return std::unexpected(no_such_bucket(name));
            return Work{
                .catalog = {.puts = {{upload_key(bucket->record, upload.id), to_catalog_value(upload)}},
                            .erases = {}},
                .moves = {},
                .apply = [this, account, name, upload = std::move(upload)]() mutable {
                    std::string id = upload.id;
                    mutable_bucket(account, name)->uploads.emplace(std::move(id), std::move(upload));
                }};
        },
        std::move(answer));
}

void Buckets::put_part(ObjectName name, std::string upload_id, MakePart make, PartDone done) {
    auto result = std::make_shared<Part>();
    change(
        [this, name = std::move(name), upload_id = std::move(upload_id), make = std::move(make),
         result]() mutable -> aws::Outcome<Work> {
            const Bucket* bucket = find(name.account, name.bucket);
            if (bucket == nullptr) return std::unexpected(no_such_bucket(name.bucket));
            const auto upload = bucket->uploads.find(upload_id);
            if (upload == bucket->uploads.end() || upload->second.key != name.key)
                return std::unexpected(no_such_upload(upload_id));
            auto part = make(upload->second);
            if (!part) return std::unexpected(std::move(part.error()));
            part->modified = dependencies_.clock.now();
            *result = *part;
            Work work{.catalog = {.puts = {{part_key(bucket->record, upload_id, part->number),
                                            to_catalog_value(*part)}},
                                  .erases = {}},
                      .moves = {.adopted = part->extents, .gone = {}},
                      .apply = nullptr};
            const auto replaced = upload->second.parts.find(part->number);
            if (replaced != upload->second.parts.end()) work.moves.gone = replaced->second.extents;
            work.apply = [this, name, upload_id, part = std::move(*part)]() mutable {
                auto& parts =
                    mutable_bucket(name.account, name.bucket)->uploads.find(upload_id)->second.parts;
                parts.insert_or_assign(part.number, std::move(part));
            };
            return work;
        },
        [result, done = std::move(done)](aws::Outcome<void> changed) mutable {
            if (!changed) return done(std::unexpected(std::move(changed.error())));
            done(std::move(*result));
        });
}

void Buckets::abort_upload(ObjectName name, std::string upload_id, Answer answer) {
    change(
        [this, name = std::move(name), upload_id = std::move(upload_id)]() mutable -> aws::Outcome<Work> {
            const Bucket* bucket = find(name.account, name.bucket);
            if (bucket == nullptr) return std::unexpected(no_such_bucket(name.bucket));
            const auto upload = bucket->uploads.find(upload_id);
            if (upload == bucket->uploads.end() || upload->second.key != name.key)
                return std::unexpected(no_such_upload(upload_id));
            Work work{.catalog = {.puts = {}, .erases = {upload_key(bucket->record, upload_id)}},
                      .moves = {},
                      .apply = nullptr};
            for (const auto& [number, part] : upload->second.parts) {
                work.catalog.erases.push_back(part_key(bucket->record, upload_id, number));
                work.moves.gone.insert(work.moves.gone.end(), part.extents.begin(), part.extents.end());
            }
            work.apply = [this, name, upload_id] {
                mutable_bucket(name.account, name.bucket)->uploads.erase(upload_id);
            };
            return work;
        },
        std::move(answer));
}

}  // namespace millrace::s3
