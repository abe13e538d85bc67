#include "services/s3/intake.h"

#include <fmt/format.h>
#include <memory>
#include <utility>

#include "codec/base64.h"
#include "codec/hex.h"
#include "services/s3/errors.h"
#include "services/s3/limits.h"

namespace millrace::s3 {
namespace {

using codec::ChecksumKind;

constexpr std::size_t kMd5Bytes = 16;

aws::Outcome<TakenIn> sum_up(const Incoming& incoming) {
    const std::string_view bytes = incoming.bytes.view();
    const std::string md5 = codec::checksum(ChecksumKind::kMd5, bytes);
    if (incoming.content_md5) {
        const auto claimed = codec::base64_decode(*incoming.content_md5);
        if (!claimed || claimed->size() != kMd5Bytes)
            return std::unexpected(error("InvalidDigest", "The Content-MD5 you specified is not valid."));
        if (*claimed != md5) {
            return std::unexpected(
                error("BadDigest", "The Content-MD5 you specified did not match what we received."));
        }
    }
    TakenIn taken{.bytes = bytes.size(), .etag = codec::hex_encode(md5), .checksum = {}, .extents = {}};
    taken.checksum = codec::base64_encode(codec::checksum(incoming.kind, bytes));
    if (!incoming.claimed) return taken;
    const ClaimedChecksum& claimed = *incoming.claimed;
    const auto decoded = codec::base64_decode(claimed.value);
    const std::string sum = claimed.kind == incoming.kind
                                ? taken.checksum
                                : codec::base64_encode(codec::checksum(claimed.kind, bytes));
    if (!decoded || claimed.value.size() != sum.size()) {
        return std::unexpected(invalid_request(fmt::format("Value for x-amz-checksum-{} header is invalid.",
                                                           codec::checksum_name(claimed.kind))));
    }
    if (claimed.value != sum) {
        return std::unexpected(
            error("BadDigest", fmt::format("The {} you specified did not match the calculated checksum.",
                                           codec::checksum_title(claimed.kind))));
    }
    return taken;
}

}  // namespace

void take_in(Buckets& buckets, Incoming incoming, std::move_only_function<void(aws::Outcome<TakenIn>)> done) {
    const bool long_work = incoming.bytes.size() > kSumAtHomeBytesMax;
    Executor& home = buckets.dependencies().home;
    auto finish = [&buckets, bytes = incoming.bytes,
                   done = std::move(done)](aws::Outcome<TakenIn> taken) mutable {
        if (!taken) return done(std::move(taken));
        buckets.bytes().write(std::move(bytes), [taken = std::move(*taken),
                                                 done = std::move(done)](Result<Extents> extents) mutable {
            if (!extents) return done(std::unexpected(aws::to_service_error(extents.error())));
            taken.extents = std::move(*extents);
            done(std::move(taken));
        });
    };
    auto work = [incoming = std::move(incoming), finish = std::move(finish), &home]() mutable {
        home.post(
            [taken = sum_up(incoming), finish = std::move(finish)]() mutable { finish(std::move(taken)); });
    };
    (long_work ? buckets.dependencies().background : home).post(std::move(work));
}

void put_taken(Buckets& buckets, ObjectName name, TakenIn taken, Description description, ChecksumKind kind,
               std::move_only_function<aws::Outcome<void>(const ObjectVersion*)> check,
               Buckets::VersionDone done) {
    const Extents extents = taken.extents;
    VersionDraft draft{.version = {}, .moves = {.adopted = extents, .gone = {}}};
    draft.version.bytes = taken.bytes;
    draft.version.etag = std::move(taken.etag);
    draft.version.checksum = {.kind = kind, .composite = false, .value = std::move(taken.checksum)};
    draft.version.description = std::move(description);
    draft.version.extents = std::move(taken.extents);
    buckets.put(
        std::move(name),
        [check = std::move(check), draft = std::move(draft)](
            const Bucket&, const ObjectVersion* newest) mutable -> aws::Outcome<VersionDraft> {
            if (check) {
                if (auto good = check(newest); !good) return std::unexpected(std::move(good.error()));
            }
            return std::move(draft);
        },
        [&buckets, extents, done = std::move(done)](aws::Outcome<ObjectVersion> put) mutable {
            if (!put) buckets.bytes().abandon(extents);
            done(std::move(put));
        });
}

}  // namespace millrace::s3
