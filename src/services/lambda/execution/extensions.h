#pragma once

#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "base/executor.h"
#include "base/random.h"
#include "services/lambda/execution/failure.h"
#include "services/lambda/execution/sandbox_host.h"
#include "services/lambda/function.h"
#include "services/lambda/runtime_api/extension_api.h"
#include "services/lambda/runtime_api/telemetry_api.h"

namespace millrace::lambda {

/// At most, of both kinds, as on AWS.
inline constexpr std::size_t kExtensionsMax = 10;
/// What extensions may still do when their sandbox ends; then they are killed.
inline constexpr Milliseconds kExtensionShutdownMax{2000};

/// Who runs the extensions' sandbox. Told on the home executor; must not destroy them inside.
class ExtensionsOwner {
  public:
    /// All external ones have; the runtime may start.
    virtual void extensions_registered() = 0;
    /// All that the sandbox waits for have asked for their next event.
    virtual void extensions_ready() = 0;
    /// One crashed, or said that it cannot go on. Once.
    virtual void extension_failed(RuntimeFailure failure) = 0;
    /// After shut_down() or a failure: the last process is gone.
    virtual void extensions_gone() = 0;
    virtual void extension_output(std::string_view line) = 0;
    virtual void extension_subscribed(std::string_view name, const TelemetrySubscription& subscription) = 0;

  protected:
    ~ExtensionsOwner() = default;
};

/// The extensions of a sandbox: external ones, processes of their own which the layers bring in extensions/,
/// and internal ones, parts of the runtime's process. Each asks for its next event when it is done with the
/// one before; the sandbox is ready for an invocation when all are.
class Extensions final : ExtensionCalls {
  public:
    /// Everything must outlive them.
    Extensions(const Function& function, Executor& home, const Clock& clock, Random& random,
               SandboxHost& host, ExtensionsOwner& owner);
    ~Extensions();
    Extensions(const Extensions&) = delete;
    Extensions& operator=(const Extensions&) = delete;

    /// Starts what is executable in `directory`/extensions. The environment is the runtime's, and so is the
    /// /tmp: when the first of them makes it, the rest and the runtime are given it.
    Result<> start(const std::string& directory, ProcessSpec& runtime);
    /// Answers what is for the Extensions API; false, and nothing happened, for other requests.
    [[nodiscard]] bool route(const http::Request& request, http::Respond& respond);

    /// All external ones have.
    [[nodiscard]] bool have_registered() const;
    /// All external ones have registered, and all have asked for their next event.
    [[nodiscard]] bool ready() const;
    /// No more of them from now on: the function is initialized.
    void close_registration() { open_ = false; }
    void invoke(const ExtensionInvoke& invocation);
    /// Tells those that want to know, and kills what is left after kExtensionShutdownMax; others at once.
    void shut_down(std::string_view reason);
    struct Registered {
        std::string name;
        std::vector<std::string_view> events;
    };
    [[nodiscard]] std::vector<Registered> registered() const;
    [[nodiscard]] bool gone() const { return running_ == 0; }

  private:
    struct Extension;

    void register_extension(Registration registration, http::Respond respond) override;
    void next_event(std::string_view identifier, http::Respond respond) override;
    void extension_error(std::string_view identifier, std::string_view error_type,
                         http::Respond respond) override;
    void subscribe(std::string_view identifier, std::string_view body, http::Respond respond) override;
    void ended(Extension& extension, ProcessEnd end);
    void fail(std::string type, std::string words);
    void deliver_shutdown(Extension& extension);
    [[nodiscard]] Extension* find(std::string_view identifier);

    const Function& function_;
    Executor& home_;
    const Clock& clock_;
    Random& random_;
    SandboxHost& host_;
    ExtensionsOwner& owner_;
    std::vector<std::unique_ptr<Extension>> extensions_;
    std::size_t running_ = 0;  ///< processes
    bool open_ = true;
    bool failed_ = false;
    std::string ending_;  ///< the reason, once shut down
    WallTime end_by_;
    TimerId kill_timer_;
};

}  // namespace millrace::lambda
