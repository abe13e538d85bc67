#include "net/private_tmp.h"

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <fcntl.h>
#include <fmt/format.h>
#include <sched.h>
#include <sys/mount.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

namespace millrace::net {
namespace {

constexpr const char* kTmp = "/tmp";
constexpr const char* kMountStep = "have a /tmp of its own";
constexpr const char* kUserStep = "keep its user";

bool needs_user_namespace() {
    return ::geteuid() != 0;
}

/// 0, or why not.
int write_whole(const char* path, const char* text, std::size_t size) {
    const int fd = ::open(path, O_WRONLY | O_CLOEXEC);
    if (fd < 0) return errno;
    const int error = ::write(fd, text, size) == static_cast<ssize_t>(size) ? 0 : errno;
    ::close(fd);
    return error;
}

/// "/proc/self/fd/7", without a call that could take a lock.
class FdPath {
  public:
    explicit FdPath(int fd) {
        std::array<char, 12> digits{};
        std::size_t count = 0;
        do digits[count++] = static_cast<char>('0' + fd % 10);
        while ((fd /= 10) > 0);
        std::reverse_copy(digits.begin(), digits.begin() + static_cast<std::ptrdiff_t>(count),
                          text_.begin() + kPrefixBytes);
    }
    [[nodiscard]] const char* c_str() const { return text_.data(); }

  private:
    static constexpr std::size_t kPrefixBytes = 14;
    std::array<char, 32> text_{"/proc/self/fd/"};
};

}  // namespace

std::shared_ptr<const KeptTmp> KeptTmp::of(pid_t process) {
    const auto open = [&](const char* kind) {
        return OwnedFd(::open(fmt::format("/proc/{}/ns/{}", process, kind).c_str(), O_RDONLY | O_CLOEXEC));
    };
    KeptTmp kept;
    kept.mounts_ = open("mnt");
    if (needs_user_namespace()) kept.user_ = open("user");
    if (!kept.mounts_ || (needs_user_namespace() && !kept.user_)) return nullptr;
    return std::make_shared<const KeptTmp>(std::move(kept));
}

bool KeptTmp::enter() const {
    if (user_ && ::setns(user_.get(), CLONE_NEWUSER) != 0) return false;
    return ::setns(mounts_.get(), CLONE_NEWNS) == 0;
}

PrivateTmpPlan::PrivateTmpPlan(const PrivateTmp& tmp) : joined_(tmp.same_as) {
    if (joined_) return;
    clone_flags_ = CLONE_NEWNS;
    if (needs_user_namespace()) {
        clone_flags_ |= CLONE_NEWUSER;
        user_map_ = fmt::format("{0} {0} 1", ::geteuid());
        group_map_ = fmt::format("{0} {0} 1", ::getegid());
    }
    mount_options_ = fmt::format("mode=1777,size={}", tmp.bytes);
    for (const std::string& name : tmp.shown) {
        if (shown_.size() < kShownMax) shown_.push_back(fmt::format("{}/{}", kTmp, name));
    }
}

const char* PrivateTmpPlan::enter() const {
    if (joined_) return joined_->enter() ? nullptr : kMountStep;
    if (!user_map_.empty()) {
        if (const char* failed = keep_user()) return failed;
    }
    return mount_all();
}

const char* PrivateTmpPlan::keep_user() const {
    constexpr std::string_view kDeny = "deny";  // else a user may not map its group
    const auto failed = [](int error) {
        errno = error;
        return error != 0;
    };
    const int denied = write_whole("/proc/self/setgroups", kDeny.data(), kDeny.size());
    if (denied != ENOENT && failed(denied)) return kUserStep;
    if (failed(write_whole("/proc/self/uid_map", user_map_.data(), user_map_.size()))) return kUserStep;
    if (failed(write_whole("/proc/self/gid_map", group_map_.data(), group_map_.size()))) return kUserStep;
    return nullptr;
}

const char* PrivateTmpPlan::mount_all() const {
    // What is mounted here stays here.
    if (::mount(nullptr, "/", nullptr, MS_REC | MS_SLAVE, nullptr) != 0) return kMountStep;
    std::array<int, kShownMax> folders{};
    for (std::size_t i = 0; i < shown_.size(); ++i) {
        folders[i] = ::open(shown_[i].c_str(), O_PATH | O_DIRECTORY | O_CLOEXEC);
        if (folders[i] < 0 && errno != ENOENT && errno != ENOTDIR) return kMountStep;
    }
    if (::mount("tmpfs", kTmp, "tmpfs", MS_NOSUID | MS_NODEV, mount_options_.c_str()) != 0) return kMountStep;
    for (std::size_t i = 0; i < shown_.size(); ++i) {
        if (folders[i] < 0) continue;
        if (::mkdir(shown_[i].c_str(), 0755) != 0) return kMountStep;
        if (::mount(FdPath(folders[i]).c_str(), shown_[i].c_str(), nullptr, MS_BIND | MS_REC, nullptr) != 0)
            return kMountStep;
        ::close(folders[i]);
    }
    return nullptr;
}

}  // namespace millrace::net
