#include "services/api/forward/peers.hpp"

#include <curl/curl.h>

#include <deque>
#include <map>
#include <mutex>
#include <thread>

#include "services/api/transport/http.hpp"

namespace almanac::api {
namespace {

constexpr std::size_t answer_bytes_max = std::size_t{64} << 20;
constexpr long connect_timeout_ms = 1'000;  // nodes of one cluster are near each other
constexpr int poll_ms = 1'000;

struct FreeList {
  void operator()(curl_slist* list) const { curl_slist_free_all(list); }
};

/// One request under way: what libcurl points into.
struct Transfer {
  Peers::Letter letter;
  Peers::Done done;
  Peers::Answer answer;
  std::unique_ptr<curl_slist, FreeList> headers;
  char why[CURL_ERROR_SIZE] = "";
};

std::size_t take_body(char* bytes, std::size_t size, std::size_t count, void* of) {
  auto& answer = static_cast<Transfer*>(of)->answer;
  const std::size_t length = size * count;
  if (answer.body.size() + length > answer_bytes_max) return 0;  // ends the transfer with an error
  answer.body.append(bytes, length);
  return length;
}

std::size_t take_header(char* bytes, std::size_t size, std::size_t count, void* of) {
  auto& answer = static_cast<Transfer*>(of)->answer;
  const std::string_view line(bytes, size * count);
  if (line.starts_with("HTTP/")) {
    answer.headers.clear();  // those before were of a 100 Continue
  } else if (const auto colon = line.find(':'); colon != line.npos) {
    auto value = line.substr(colon + 1);
    value.remove_prefix(std::min(value.find_first_not_of(" \t"), value.size()));
    value.remove_suffix(value.size() - (value.find_last_not_of(" \t\r\n") + 1));
    answer.headers.emplace_back(line.substr(0, colon), value);
  }
  return size * count;
}

void prepare(CURL* curl, Transfer& transfer) {
  const Peers::Letter& letter = transfer.letter;
  curl_slist* list = nullptr;
  for (const std::string& header : letter.headers)
    list = curl_slist_append(list, header.c_str());
  list = curl_slist_append(list, "Expect:");  // no waiting for a 100 Continue
  transfer.headers.reset(list);
  curl_easy_setopt(curl, CURLOPT_URL, letter.url.c_str());
  curl_easy_setopt(curl, CURLOPT_PROTOCOLS_STR, "http,https");
  curl_easy_setopt(curl, CURLOPT_PROXY, "");
  curl_easy_setopt(curl, CURLOPT_REQUEST_TARGET, letter.target.c_str());
  curl_easy_setopt(curl, CURLOPT_CUSTOMREQUEST, letter.method.c_str());
  curl_easy_setopt(curl, CURLOPT_HTTPHEADER, list);
  if (!letter.body.empty()) {
    curl_easy_setopt(curl, CURLOPT_POSTFIELDS, letter.body.data());
    curl_easy_setopt(curl, CURLOPT_POSTFIELDSIZE_LARGE, static_cast<curl_off_t>(letter.body.size()));
  }
  curl_easy_setopt(curl, CURLOPT_NOSIGNAL, 1L);
  curl_easy_setopt(curl, CURLOPT_TCP_NODELAY, 1L);
  curl_easy_setopt(curl, CURLOPT_CONNECTTIMEOUT_MS, connect_timeout_ms);
  curl_easy_setopt(curl, CURLOPT_TIMEOUT_MS, static_cast<long>(letter.timeout.count()));
  curl_easy_setopt(curl, CURLOPT_ERRORBUFFER, transfer.why);
  curl_easy_setopt(curl, CURLOPT_WRITEFUNCTION, &take_body);
  curl_easy_setopt(curl, CURLOPT_WRITEDATA, &transfer);
  curl_easy_setopt(curl, CURLOPT_HEADERFUNCTION, &take_header);
  curl_easy_setopt(curl, CURLOPT_HEADERDATA, &transfer);
  curl_easy_setopt(curl, CURLOPT_PRIVATE, &transfer);
}

tl::expected<Peers::Answer, Peers::Lost> outcome_of(CURL* curl, CURLcode code, Transfer& transfer) {
  using Sent = Peers::Lost::Sent;
  if (code != CURLE_OK) {
    curl_off_t began_us = 0;
    curl_easy_getinfo(curl, CURLINFO_PRETRANSFER_TIME_T, &began_us);
    return tl::unexpected(Peers::Lost{began_us == 0 ? Sent::no : Sent::perhaps,
                                      *transfer.why != '\0' ? transfer.why : curl_easy_strerror(code)});
  }
  long status = 0;
  curl_easy_getinfo(curl, CURLINFO_RESPONSE_CODE, &status);
  transfer.answer.status = static_cast<int>(status);
  return std::move(transfer.answer);
}

}  // namespace

std::string_view Peers::Answer::header(std::string_view name) const {
  for (const auto& [known, value] : headers)
    if (same_name(known, name)) return value;
  return {};
}

struct Peers::Parts {
  Parts() : multi(curl_multi_init(), &curl_multi_cleanup) {}

  void run();
  void begin_new();
  void end_finished();

  std::unique_ptr<CURLM, CURLMcode (*)(CURLM*)> multi;
  std::mutex mutex;
  std::deque<std::unique_ptr<Transfer>> arrived;
  bool stop = false;
  std::map<CURL*, std::unique_ptr<Transfer>> under_way;  // the thread's own
  std::thread thread;
};

Peers::Peers() : parts_(std::make_unique<Parts>()) {
  parts_->thread = std::thread([parts = parts_.get()] { parts->run(); });
}

Peers::~Peers() {
  stop();
}

void Peers::stop() {
  if (!parts_->thread.joinable()) return;
  {
    const std::lock_guard lock(parts_->mutex);
    parts_->stop = true;
  }
  curl_multi_wakeup(parts_->multi.get());
  parts_->thread.join();
}

void Peers::send(Letter letter, Done done) {
  auto transfer = std::make_unique<Transfer>();
  transfer->letter = std::move(letter);
  transfer->done = std::move(done);
  {
    const std::lock_guard lock(parts_->mutex);
    if (parts_->stop) return;
    parts_->arrived.push_back(std::move(transfer));
  }
  curl_multi_wakeup(parts_->multi.get());
}

void Peers::Parts::run() {
  for (;;) {
    {
      const std::lock_guard lock(mutex);
      if (stop) break;
    }
    begin_new();
    int running = 0;
    curl_multi_perform(multi.get(), &running);
    end_finished();
    curl_multi_poll(multi.get(), nullptr, 0, poll_ms, nullptr);
  }
  for (const auto& [curl, transfer] : under_way) {
    curl_multi_remove_handle(multi.get(), curl);
    curl_easy_cleanup(curl);
  }
}

void Peers::Parts::begin_new() {
  std::deque<std::unique_ptr<Transfer>> fresh;
  {
    const std::lock_guard lock(mutex);
    fresh.swap(arrived);
  }
  for (auto& transfer : fresh) {
    CURL* const curl = curl_easy_init();
    if (curl == nullptr) {
      transfer->done(tl::unexpected(Lost{Lost::Sent::no, "libcurl has no handle"}));
      continue;
    }
    prepare(curl, *transfer);
    under_way.emplace(curl, std::move(transfer));
    curl_multi_add_handle(multi.get(), curl);
  }
}

void Peers::Parts::end_finished() {
  int left = 0;
  while (const CURLMsg* const said = curl_multi_info_read(multi.get(), &left)) {
    if (said->msg != CURLMSG_DONE) continue;
    CURL* const curl = said->easy_handle;
    const CURLcode code = said->data.result;
    curl_multi_remove_handle(multi.get(), curl);
    const auto ended = under_way.extract(curl);
    Transfer& transfer = *ended.mapped();
    transfer.done(outcome_of(curl, code, transfer));
    curl_easy_cleanup(curl);
  }
}

}  // namespace almanac::api
