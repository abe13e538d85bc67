#pragma once

#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "aws/error.h"
#include "services/s3/bucket.h"
#include "services/s3/dependencies.h"
#include "services/s3/object_bytes.h"
#include "storage/catalog/serial_changes.h"

namespace millrace::s3 {

struct ObjectName {
    std::string account;
    std::string bucket;
    std::string key;
};

/// A version of which a change is asked for, and what it means for bytes.
struct VersionDraft {
    ObjectVersion version;  ///< its id, order and time are given when it is put
    ObjectBytes::Moves moves;
    std::optional<std::string> finished_upload = std::nullopt;  ///< goes with it, with all its parts
};

struct Deletion {
    std::string key;
    std::optional<std::string> version_id;
    /// May refuse, seeing the version that is meant or the newest one.
    std::move_only_function<aws::Outcome<void>(const ObjectVersion*)> check = nullptr;
};

struct Deleted {
    bool delete_marker = false;             ///< one was made, or was deleted
    std::optional<std::string> version_id;  ///< of the marker that was made, or of what was deleted
};

/// The buckets of all accounts and what is in them, and the only way to change them: each change is decided
/// on settled state, committed, then applied, one after another. Home executor only.
class Buckets {
  public:
    using Answer = std::move_only_function<void(aws::Outcome<void>)>;
    using OfAccount = std::map<std::string, Bucket, std::less<>>;
    using EditBucket = std::move_only_function<aws::Outcome<void>(BucketRecord&)>;
    using MakeVersion =
        std::move_only_function<aws::Outcome<VersionDraft>(const Bucket&, const ObjectVersion* newest)>;
    using VersionDone = std::move_only_function<void(aws::Outcome<ObjectVersion>)>;
    using EditDescription = std::move_only_function<aws::Outcome<void>(Description&)>;
    using MakePart = std::move_only_function<aws::Outcome<Part>(const Upload&)>;
    using PartDone = std::move_only_function<void(aws::Outcome<Part>)>;
    using DeletedDone = std::move_only_function<void(aws::Outcome<std::vector<aws::Outcome<Deleted>>>)>;

    explicit Buckets(Dependencies dependencies)
        : dependencies_(dependencies),
          bytes_(dependencies),
          changes_(dependencies.catalog, aws::to_service_error) {}

    /// Reads the catalog. Once, before anything else.
    Result<> load();

    [[nodiscard]] const Dependencies& dependencies() const { return dependencies_; }
    [[nodiscard]] ObjectBytes& bytes() { return bytes_; }
    [[nodiscard]] const OfAccount& of(std::string_view account) const;
    [[nodiscard]] const Bucket* find(std::string_view account, std::string_view bucket) const;

    // NoSuchBucket, NoSuchKey, NoSuchVersion and NoSuchUpload come from here.

    /// Refuses a name that the account has already.
    void create(BucketRecord record, Answer answer);
    void edit(std::string account, std::string bucket, EditBucket edit, Answer answer);
    /// BucketNotEmpty while there is a version or delete marker in it; uploads go with it.
    void remove(std::string account, std::string bucket, Answer answer);

    /// Puts what `make` gives, as the newest version; answers with it.
    void put(ObjectName name, MakeVersion make, VersionDone done);
    /// Of the newest version without an id; answers with the version's id.
    void describe(ObjectName name, std::optional<std::string> version_id, EditDescription edit,
                  VersionDone done);
    /// All of them in one change.
    void erase(std::string account, std::string bucket, std::vector<Deletion> deletions, DeletedDone done);

    void begin_upload(std::string account, std::string bucket, Upload upload, Answer answer);
    /// In place of one of its number. `make` gets the upload.
    void put_part(ObjectName name, std::string upload_id, MakePart make, PartDone done);
    void abort_upload(ObjectName name, std::string upload_id, Answer answer);

    /// 32 characters that name a version or an upload.
    [[nodiscard]] std::string make_id();

    /// Forgets everything in memory; calls under way answer nothing more.
    void reset();

  private:
    struct Work {
        storage::CatalogChange catalog;
        ObjectBytes::Moves moves;
        Task apply;
    };
    using Decide = std::move_only_function<aws::Outcome<Work>()>;
    using Changes = storage::SerialChanges<aws::ServiceError>;
    using Edited = std::map<std::string, Versions>;

    void change(Decide decide, Answer answer);
    [[nodiscard]] Bucket* mutable_bucket(std::string_view account, std::string_view bucket);
    [[nodiscard]] aws::Outcome<Work> put_version(const ObjectName& name, MakeVersion& make,
                                                 ObjectVersion& result);
    [[nodiscard]] Deleted erase_one(const Bucket& bucket, const Deletion& deletion, Versions& versions);
    [[nodiscard]] ObjectVersion new_delete_marker(const Bucket& bucket);
    /// What makes the bucket's versions the edited ones.
    [[nodiscard]] Work replace(const Bucket& bucket, Edited edited);
    Result<> load_objects();
    Result<> load_uploads();

    Dependencies dependencies_;
    ObjectBytes bytes_;
    std::map<std::string, OfAccount, std::less<>> accounts_;
    std::uint64_t next_order_ = 1;
    Changes changes_;
};

}  // namespace millrace::s3
