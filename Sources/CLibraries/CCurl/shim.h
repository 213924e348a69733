// libcurl, and one function for each argument type of its variadic calls:
// Swift cannot call a variadic C function. There is no shim that takes any
// pointer for any option, since `long` and `curl_off_t` differ by option.
#ifndef VQA_CCURL_SHIM_H
#define VQA_CCURL_SHIM_H

#include <curl/curl.h>

typedef size_t (*vqa_curl_transfer)(char *buffer, size_t size, size_t count, void *context);
typedef int (*vqa_curl_seek)(void *context, curl_off_t offset, int origin);

static inline CURLcode vqa_curl_set_long(CURL *easy, CURLoption option, long value) {
  return curl_easy_setopt(easy, option, value);
}

static inline CURLcode vqa_curl_set_offset(CURL *easy, CURLoption option, curl_off_t value) {
  return curl_easy_setopt(easy, option, value);
}

/// libcurl copies the string.
static inline CURLcode vqa_curl_set_string(CURL *easy, CURLoption option, const char *value) {
  return curl_easy_setopt(easy, option, value);
}

/// libcurl keeps the address: what it points to must outlive the transfer.
static inline CURLcode vqa_curl_set_pointer(CURL *easy, CURLoption option, void *value) {
  return curl_easy_setopt(easy, option, value);
}

static inline CURLcode vqa_curl_set_headers(CURL *easy, struct curl_slist *list) {
  return curl_easy_setopt(easy, CURLOPT_HTTPHEADER, list);
}

static inline CURLcode vqa_curl_set_transfer(CURL *easy, CURLoption option, vqa_curl_transfer f) {
  return curl_easy_setopt(easy, option, f);
}

static inline CURLcode vqa_curl_set_seek(CURL *easy, vqa_curl_seek f) {
  return curl_easy_setopt(easy, CURLOPT_SEEKFUNCTION, f);
}

static inline CURLcode vqa_curl_set_progress(CURL *easy, curl_xferinfo_callback f) {
  return curl_easy_setopt(easy, CURLOPT_XFERINFOFUNCTION, f);
}

static inline CURLcode vqa_curl_get_long(CURL *easy, CURLINFO info, long *value) {
  return curl_easy_getinfo(easy, info, value);
}

static inline CURLcode vqa_curl_get_offset(CURL *easy, CURLINFO info, curl_off_t *value) {
  return curl_easy_getinfo(easy, info, value);
}

static inline CURLcode vqa_curl_get_pointer(CURL *easy, CURLINFO info, void **value) {
  return curl_easy_getinfo(easy, info, (char **)value);
}

static inline CURLMcode vqa_curl_multi_set_long(CURLM *multi, CURLMoption option, long value) {
  return curl_multi_setopt(multi, option, value);
}

/// libcurl keeps the address: what it points to must outlive the handle.
static inline CURLMcode vqa_curl_multi_set_pointer(CURLM *multi, CURLMoption option, void *value) {
  return curl_multi_setopt(multi, option, value);
}

static inline CURLMcode vqa_curl_multi_set_socket(CURLM *multi, curl_socket_callback f) {
  return curl_multi_setopt(multi, CURLMOPT_SOCKETFUNCTION, f);
}

static inline CURLMcode vqa_curl_multi_set_timer(CURLM *multi, curl_multi_timer_callback f) {
  return curl_multi_setopt(multi, CURLMOPT_TIMERFUNCTION, f);
}

/// The result of a finished transfer; CURLMsg keeps it in a union.
static inline CURLcode vqa_curl_message_result(const CURLMsg *message) {
  return message->data.result;
}

/// The bit mask rather than CURLOPT_PROTOCOLS_STR, which libcurl before 7.85
/// (Ubuntu 22.04) does not know.
static inline CURLcode vqa_curl_set_web_only(CURL *easy) {
  return curl_easy_setopt(easy, CURLOPT_PROTOCOLS, (long)(CURLPROTO_HTTP | CURLPROTO_HTTPS));
}

#endif
