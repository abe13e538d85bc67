#include "net/private_tmp.h"

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <fcntl.h>
#include <fmt/format.h>
#include <sched.h>
#include <sys/mount.h>
#include <sys/socket.h>
#include <sys/stat.h>
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

constexpr std::size_t kNamespaces = 2;  // of mounts, of users

/// One that carries the descriptors of the namespaces; made without an allocation.
class DescriptorMessage {
  public:
    DescriptorMessage() {
        header_.msg_iov = &text_;
        header_.msg_iovlen = 1;
        header_.msg_control = room_.data();
        header_.msg_controllen = room_.size();
        *control() = {.cmsg_len = CMSG_LEN(kNamespaces * sizeof(int)),
                      .cmsg_level = SOL_SOCKET,
                      .cmsg_type = SCM_RIGHTS};
    }
    DescriptorMessage(const DescriptorMessage&) = delete;
    DescriptorMessage& operator=(const DescriptorMessage&) = delete;

    [[nodiscard]] msghdr* header() { return &header_; }
    [[nodiscard]] cmsghdr* control() { return CMSG_FIRSTHDR(&header_); }

  private:
    char byte_ = 0;  // a message of nothing is none
    iovec text_{.iov_base = &byte_, .iov_len = 1};
    alignas(cmsghdr) std::array<char, CMSG_SPACE(kNamespaces * sizeof(int))> room_{};
    msghdr header_{};
};

}  // namespace

bool KeptTmp::enter() const {
    if (user_ && ::setns(user_.get(), CLONE_NEWUSER) != 0) return false;
    return ::setns(mounts_.get(), CLONE_NEWNS) == 0;
}

PrivateTmpPlan::PrivateTmpPlan(const PrivateTmp& tmp) : joined_(tmp.same_as) {
    if (joined_) return;
    std::array<int, 2> ends{};
    if (::socketpair(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC, 0, ends.data()) == 0) {
        our_end_ = OwnedFd(ends[0]);
        childs_end_ = OwnedFd(ends[1]);
    }
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
    if (const char* failed = mount_all()) return failed;
    if (childs_end_) send_namespaces();
    return nullptr;
}

void PrivateTmpPlan::send_namespaces() const {
    const std::array<int, kNamespaces> opened{::open("/proc/self/ns/mnt", O_RDONLY | O_CLOEXEC),
                                              ::open("/proc/self/ns/user", O_RDONLY | O_CLOEXEC)};
    DescriptorMessage message;
    if (opened[0] >= 0 && opened[1] >= 0) {
        std::memcpy(CMSG_DATA(message.control()), opened.data(), sizeof(opened));
        ::sendmsg(childs_end_.get(), message.header(), MSG_DONTWAIT);
    }
    for (const int fd : opened) ::close(fd);
}

std::shared_ptr<const KeptTmp> PrivateTmpPlan::kept() const {
    if (joined_) return joined_;
    DescriptorMessage message;
    if (!our_end_ || ::recvmsg(our_end_.get(), message.header(), MSG_DONTWAIT | MSG_CMSG_CLOEXEC) < 0)
        return nullptr;
    std::array<int, kNamespaces> opened{-1, -1};
    const cmsghdr* control = CMSG_FIRSTHDR(message.header());
    if (control != nullptr && control->cmsg_len == CMSG_LEN(sizeof(opened)))
        std::memcpy(opened.data(), CMSG_DATA(control), sizeof(opened));
    OwnedFd mounts(opened[0]);
    OwnedFd user(opened[1]);
    if (!mounts) return nullptr;
    return std::make_shared<const KeptTmp>(std::move(mounts),
                                           needs_user_namespace() ? std::move(user) : OwnedFd());
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
