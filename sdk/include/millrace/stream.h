#pragma once

#include <map>
#include <memory>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "millrace/events.h"
#include "millrace/lambda.h"

/// Response streaming: what a function writes is on its way to the caller before it returns. Callers:
/// InvokeWithResponseStream, and function URLs with InvokeMode RESPONSE_STREAM; any other gets it whole.
///
///     int main() {
///         return millrace::lambda::run_streaming([](const Invocation& call, ResponseStream& out) {
///             out.begin_http({.status = 200, .headers = {{"Content-Type", "text/plain"}}});
///             for (int i = 0; i < 10; ++i) out.write("line\n");
///         });
///     }
namespace millrace::lambda {

/// Status and headers of the response that a function URL gives.
struct HttpHead {
    int status = 200;
    std::map<std::string, std::string> headers = {};
    std::vector<std::string> cookies = {};  ///< of Set-Cookie: "name=value; Secure"
};

/// Where a handler writes its answer. Writing blocks while the caller takes nothing. Not thread-safe. Throws
/// std::runtime_error when the Runtime API cannot be reached any more, std::logic_error when it is too late
/// for a head.
class ResponseStream {
  public:
    ResponseStream(const std::string& url, CURLM* multi) : multi_(multi), url_(url) {}
    ~ResponseStream() { close(); }
    ResponseStream(const ResponseStream&) = delete;
    ResponseStream& operator=(const ResponseStream&) = delete;

    /// Of the bytes that follow, before the first of them: "application/octet-stream" unless said otherwise.
    void set_content_type(std::string type) {
        if (curl_ != nullptr) throw std::logic_error("the response has begun");
        content_type_ = std::move(type);
    }

    /// Before the first byte.
    void begin_http(const HttpHead& head) {
        set_content_type("application/vnd.awslambda.http-integration-response");
        nlohmann::json prelude{{"statusCode", head.status}, {"headers", head.headers}};
        if (!head.cookies.empty()) prelude["cookies"] = head.cookies;
        std::string bytes = prelude.dump(-1, ' ', false, nlohmann::json::error_handler_t::replace);
        bytes.append(8, '\0');
        write(bytes);
    }

    /// Returns when the bytes have been handed to the system.
    void write(std::string_view bytes) {
        if (bytes.empty()) return;
        if (curl_ == nullptr) open();
        rest_ = bytes;
        curl_easy_pause(curl_, CURLPAUSE_CONT);
        while (!rest_.empty()) step();
    }

    /// The end of the answer; called by run_streaming(). With an error's type and description (JSON), callers
    /// learn that the function failed, whatever was written before.
    void finish(const std::string& error_type = {}, const std::string& error = {}) {
        if (curl_ == nullptr) open();
        error_type_ = error_type;
        error_ = error;
        ended_ = true;
        curl_easy_pause(curl_, CURLPAUSE_CONT);
        while (!done_) step();
        close();
    }

  private:
    void open() {
        curl_ = curl_easy_init();
        if (curl_ == nullptr) throw std::runtime_error("libcurl cannot be initialised");
        for (const std::string& header :
             {std::string("Lambda-Runtime-Function-Response-Mode: streaming"),
              "Content-Type: " + content_type_, std::string("Transfer-Encoding: chunked"),
              std::string("Trailer: Lambda-Runtime-Function-Error-Type, Lambda-Runtime-Function-Error-Body"),
              std::string("Expect:")}) {
            headers_ = curl_slist_append(headers_, header.c_str());
        }
        curl_easy_setopt(curl_, CURLOPT_URL, url_.c_str());
        curl_easy_setopt(curl_, CURLOPT_NOSIGNAL, 1L);
        curl_easy_setopt(curl_, CURLOPT_TCP_NODELAY, 1L);
        curl_easy_setopt(curl_, CURLOPT_POST, 1L);
        curl_easy_setopt(curl_, CURLOPT_HTTPHEADER, headers_);
        curl_easy_setopt(curl_, CURLOPT_READFUNCTION, &ResponseStream::give);
        curl_easy_setopt(curl_, CURLOPT_READDATA, this);
        curl_easy_setopt(curl_, CURLOPT_WRITEFUNCTION, &ResponseStream::ignore);
        curl_easy_setopt(curl_, CURLOPT_TRAILERFUNCTION, &ResponseStream::give_trailers);
        curl_easy_setopt(curl_, CURLOPT_TRAILERDATA, this);
        curl_multi_add_handle(multi_, curl_);
    }

    void close() {
        if (curl_ == nullptr) return;
        curl_multi_remove_handle(multi_, curl_);
        curl_easy_cleanup(curl_);
        curl_slist_free_all(headers_);
        curl_ = nullptr;
        headers_ = nullptr;
    }

    /// Moves bytes, or waits until some can be moved.
    void step() {
        int running = 0;
        CURLMcode code = curl_multi_perform(multi_, &running);
        if (code == CURLM_OK && running > 0 && (!rest_.empty() || ended_))
            code = curl_multi_poll(multi_, nullptr, 0, 1000, nullptr);
        if (code != CURLM_OK) throw std::runtime_error(url_ + ": " + curl_multi_strerror(code));
        int left = 0;
        while (const CURLMsg* message = curl_multi_info_read(multi_, &left)) {
            if (message->msg != CURLMSG_DONE || message->easy_handle != curl_) continue;
            done_ = true;
            if (message->data.result != CURLE_OK)
                throw std::runtime_error(url_ + ": " + curl_easy_strerror(message->data.result));
        }
        if (done_ && !ended_) throw std::runtime_error(url_ + ": the response was ended by the other side");
    }

    static std::size_t give(char* to, std::size_t size, std::size_t count, void* self) {
        auto& stream = *static_cast<ResponseStream*>(self);
        if (stream.rest_.empty()) return stream.ended_ ? 0 : CURL_READFUNC_PAUSE;
        const std::size_t bytes = stream.rest_.copy(to, size * count);
        stream.rest_.remove_prefix(bytes);
        return bytes;
    }

    static int give_trailers(curl_slist** list, void* self) {
        const auto& stream = *static_cast<const ResponseStream*>(self);
        if (stream.error_type_.empty()) return CURL_TRAILERFUNC_OK;
        *list =
            curl_slist_append(*list, ("Lambda-Runtime-Function-Error-Type: " + stream.error_type_).c_str());
        *list = curl_slist_append(
            *list, ("Lambda-Runtime-Function-Error-Body: " + encode_base64(stream.error_)).c_str());
        return CURL_TRAILERFUNC_OK;
    }

    static std::size_t ignore(char*, std::size_t size, std::size_t count, void*) { return size * count; }

    CURLM* multi_;
    CURL* curl_ = nullptr;
    curl_slist* headers_ = nullptr;
    const std::string url_;
    std::string content_type_ = "application/octet-stream";
    std::string_view rest_;
    std::string error_type_;
    std::string error_;
    bool ended_ = false;
    bool done_ = false;
};

/// Writes the answer. What it throws is reported as the invocation's error.
using StreamingHandler = std::function<void(const Invocation&, ResponseStream&)>;

namespace detail {

inline void serve_one_streaming(sdk::HttpClient& http, CURLM* multi, const std::string& base,
                                const StreamingHandler& handler) {
    const Invocation call = next_invocation(http, base);
    ResponseStream stream(base + "invocation/" + call.request_id + "/response", multi);
    try {
        handler(call, stream);
    } catch (...) {
        const Failure failure = current_failure();
        std::fflush(stdout);
        return stream.finish(failure.type, failure.body);
    }
    std::fflush(stdout);
    stream.finish();
}

}  // namespace detail

/// As run(), for a handler that streams its answers.
inline int run_streaming(const StreamingHandler& handler) {
    return detail::with_runtime_api([&](const std::string& base) -> int {
        const std::unique_ptr<CURLM, decltype(&curl_multi_cleanup)> multi(curl_multi_init(),
                                                                          &curl_multi_cleanup);
        sdk::HttpClient http;
        for (;;) detail::serve_one_streaming(http, multi.get(), base, handler);
    });
}

}  // namespace millrace::lambda
