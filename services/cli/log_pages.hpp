#pragma once
#include <optional>
#include <string>
#include <variant>

#include "events/log/export_line.hpp"
#include "events/log/source.hpp"
#include "services/cli/client.hpp"

namespace almanac::cli {

/// The log of a running node, from its beginning, one page of `GET /v1/log` after the other. The node is not
/// believed: each line proves itself, and a page that holds nothing, or ends elsewhere than it says, is
/// refused. It is complete with the first page that leads to no other, since the node sends no end line. One
/// thread.
class LogPages final : public log::Source {
 public:
  /// More in one answer is not read: a node ends a page behind the record with which it grows over 4 MiB.
  static constexpr std::size_t page_bytes_max = (std::size_t{4} << 20) + log::export_line_bytes_max;

  explicit LogPages(Client client, std::size_t bytes_max = page_bytes_max)
      : client_(std::move(client)), bytes_max_(bytes_max) {}
  tl::expected<std::optional<log::Entry>, log::Failure> next() override;

  /// Why nobody answered, or what the service said instead of a page.
  using NoPage = std::variant<std::string, ClientAnswer>;
  /// Where there is one, `next` has failed for a reason that says nothing of the log.
  const std::optional<NoPage>& no_page() const { return no_page_; }
  const Client& client() const { return client_; }

 private:
  tl::expected<void, log::Failure> fetch();
  tl::expected<std::optional<log::Entry>, log::Failure> take(std::string_view line);
  tl::expected<void, log::Failure> judge_end();
  log::Failure refused(const std::string& why) const;

  Client client_;
  std::size_t bytes_max_;
  std::optional<ClientAnswer> page_;
  std::size_t at_ = 0;     // what was read of its body
  std::size_t lines_ = 0;  // of it
  std::optional<std::string> head_log_id_;
  std::optional<log::Position> last_;  // the last record handed out, of whichever page,
  std::string last_log_id_;            // and the id in its ce_source
  bool complete_ = false;
  std::optional<NoPage> no_page_;
};

}  // namespace almanac::cli
