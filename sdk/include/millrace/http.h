#pragma once

#include <curl/curl.h>
#include <stdexcept>
#include <string>
#include <string_view>
#include <vector>

#include "millrace/http_response.h"

namespace millrace::sdk {

/// One keep-alive connection after another, by libcurl. Not thread-safe. Throws std::runtime_error when there
/// is no answer at all; any HTTP status is an answer.
class HttpClient {
  public:
    HttpClient() : curl_(curl_easy_init()) {
        if (curl_ == nullptr) throw std::runtime_error("libcurl cannot be initialised");
    }
    ~HttpClient() { curl_easy_cleanup(curl_); }
    HttpClient(const HttpClient&) = delete;
    HttpClient& operator=(const HttpClient&) = delete;

    /// Sign every request from now on: "aws:amz:<region>:<service>" and "key:secret" (libcurl's own SigV4).
    void sign_with(std::string scope, std::string credentials) {
        sigv4_scope_ = std::move(scope);
        credentials_ = std::move(credentials);
    }

    HttpResponse get(const std::string& url) { return perform(url, nullptr, {}); }
    HttpResponse post(const std::string& url, std::string_view body,
                      const std::vector<std::string>& headers = {}) {
        return perform(url, &body, headers);
    }

  private:
    HttpResponse perform(const std::string& url, const std::string_view* body,
                         const std::vector<std::string>& headers) {
        curl_easy_reset(curl_);  // options go, the connection stays
        HttpResponse response;
        curl_slist* list = nullptr;
        for (const std::string& header : headers) list = curl_slist_append(list, header.c_str());
        list = curl_slist_append(list, "Expect:");
        curl_easy_setopt(curl_, CURLOPT_URL, url.c_str());
        curl_easy_setopt(curl_, CURLOPT_NOSIGNAL, 1L);
        curl_easy_setopt(curl_, CURLOPT_TCP_NODELAY, 1L);
        curl_easy_setopt(curl_, CURLOPT_HTTPHEADER, list);
        curl_easy_setopt(curl_, CURLOPT_WRITEFUNCTION, &HttpClient::append_body);
        curl_easy_setopt(curl_, CURLOPT_WRITEDATA, &response);
        curl_easy_setopt(curl_, CURLOPT_HEADERFUNCTION, &HttpClient::keep_header);
        curl_easy_setopt(curl_, CURLOPT_HEADERDATA, &response);
        if (body != nullptr) {
            curl_easy_setopt(curl_, CURLOPT_POST, 1L);
            curl_easy_setopt(curl_, CURLOPT_POSTFIELDSIZE_LARGE, static_cast<curl_off_t>(body->size()));
            curl_easy_setopt(curl_, CURLOPT_POSTFIELDS, body->data());
        }
        if (!sigv4_scope_.empty()) {
            curl_easy_setopt(curl_, CURLOPT_AWS_SIGV4, sigv4_scope_.c_str());
            curl_easy_setopt(curl_, CURLOPT_USERPWD, credentials_.c_str());
        }
        const CURLcode code = curl_easy_perform(curl_);
        curl_slist_free_all(list);
        if (code != CURLE_OK) throw std::runtime_error(url + ": " + curl_easy_strerror(code));
        curl_easy_getinfo(curl_, CURLINFO_RESPONSE_CODE, &response.status);
        return response;
    }

    static std::size_t append_body(char* data, std::size_t size, std::size_t count, void* response) {
        static_cast<HttpResponse*>(response)->body.append(data, size * count);
        return size * count;
    }

    static std::size_t keep_header(char* data, std::size_t size, std::size_t count, void* response) {
        static_cast<HttpResponse*>(response)->add_header({data, size * count});
        return size * count;
    }

    CURL* curl_;
    std::string sigv4_scope_;
    std::string credentials_;
};

}  // namespace millrace::sdk
