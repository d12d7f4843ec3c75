#include "services/cli/log_pages.hpp"

#include <algorithm>
#include <charconv>
#include <chrono>
#include <thread>

#include "events/log/chain.hpp"

namespace almanac::cli {
namespace {

constexpr int waits_max = 10;  // for one page
constexpr int wait_max_s = 60;

/// A node answers so many requests a minute, and a long log has more pages: how long it asks to wait.
std::optional<std::chrono::seconds> asked_to_wait(const ClientAnswer& answer) {
  const auto after = answer.headers.find("retry-after");
  if (answer.status != 429 || after == answer.headers.end()) return std::nullopt;
  int seconds = 0;
  const std::string& text = after->second;
  std::from_chars(text.data(), text.data() + text.size(), seconds);
  return std::chrono::seconds(std::clamp(seconds, 1, wait_max_s));
}

}  // namespace

log::Failure LogPages::refused(const std::string& why) const {
  const std::string place = last_ ? "behind position " + std::to_string(*last_) : "at the beginning";
  return {"the page of " + client_.url() + "/v1/log " + place + ": " + why,
          "ask the node itself, not through something that changes its answers; `almanac verify` beside it "
          "proves its files"};
}

tl::expected<void, log::Failure> LogPages::fetch() {
  ClientRequest request{.path = "/v1/log"};
  request.query.emplace_back("limit", "1000");
  if (last_) request.query.emplace_back("after", std::to_string(*last_));
  request.headers.emplace_back("Accept", "application/x-ndjson");
  std::string body;
  bool too_long = false;
  client_.on_download([&](std::string_view bytes) {
    too_long = bytes.size() > bytes_max_ - body.size();
    if (!too_long) body += bytes;
    return !too_long;
  });
  auto answer = client_.send(request);
  for (int waits = 0; answer && waits < waits_max; ++waits) {
    const auto wait = asked_to_wait(*answer);
    if (!wait) break;
    std::this_thread::sleep_for(*wait);
    answer = client_.send(request);
  }
  client_.on_download({});
  if (too_long) return tl::unexpected(refused("it is longer than " + std::to_string(bytes_max_) + " bytes"));
  if (!answer) no_page_.emplace(answer.error());
  if (answer && !answer->good()) no_page_.emplace(std::move(*answer));
  if (no_page_) return tl::unexpected(log::Failure{"no page came", ""});
  page_ = std::move(*answer);
  page_->body = std::move(body);
  at_ = lines_ = 0;
  head_log_id_.reset();
  return {};
}

tl::expected<std::optional<log::Entry>, log::Failure> LogPages::next() {
  while (!complete_) {
    if (!page_)
      if (const auto fetched = fetch(); !fetched) return tl::unexpected(fetched.error());
    const std::size_t end = page_->body.find('\n', at_);
    if (end == std::string::npos) {
      if (const auto judged = judge_end(); !judged) return tl::unexpected(judged.error());
      continue;
    }
    const std::string_view line = std::string_view(page_->body).substr(at_, end - at_);
    at_ = end + 1;
    ++lines_;
    auto taken = take(line);
    if (!taken || *taken) return taken;
  }
  return std::nullopt;
}

/// Nullopt: the head.
tl::expected<std::optional<log::Entry>, log::Failure> LogPages::take(std::string_view line) {
  auto parsed = log::parse_export_line(line);
  const std::string which = "line " + std::to_string(lines_) + " ";
  if (!parsed) return tl::unexpected(refused(which + parsed.error()));
  if (const auto* head = std::get_if<log::ExportHeader>(&*parsed)) {
    if (head_log_id_) return tl::unexpected(refused(which + "is a second head"));
    head_log_id_ = head->log_id;
    return std::nullopt;
  }
  if (!head_log_id_) return tl::unexpected(refused(which + "comes before the head"));
  auto* entry = std::get_if<log::Entry>(&*parsed);
  if (entry == nullptr) return tl::unexpected(refused(which + "is an end, which a page does not have"));
  last_ = entry->position;
  last_log_id_ = log::log_id_of(entry->record.bytes);
  return std::move(*entry);
}

tl::expected<void, log::Failure> LogPages::judge_end() {
  if (at_ != page_->body.size()) return tl::unexpected(refused("its last line is cut off"));
  if (!head_log_id_) return tl::unexpected(refused("it has no head"));
  // A log has a record from its creation on, and the page before has said that there is more.
  if (lines_ < 2) return tl::unexpected(refused("it holds no record"));
  const auto read_to = page_->headers.find("almanac-read-to");
  if (read_to == page_->headers.end() || read_to->second != std::to_string(*last_)) {
    return tl::unexpected(
        refused("it ends there, while its Almanac-Read-To says " +
                (read_to == page_->headers.end() ? std::string("nothing") : read_to->second)));
  }
  const auto link = page_->headers.find("link");
  complete_ = link == page_->headers.end() || link->second.find("rel=\"next\"") == std::string::npos;
  if (complete_ && *head_log_id_ != last_log_id_) {
    return tl::unexpected(
        refused("its head says log " + *head_log_id_ + ", its last record log " + last_log_id_));
  }
  page_.reset();
  return {};
}

}  // namespace almanac::cli
