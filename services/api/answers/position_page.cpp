#include "services/api/answers/position_page.hpp"

#include <algorithm>

#include "projections/queries/models.hpp"
#include "services/api/requests/log_place.hpp"

namespace almanac::api {
namespace {

constexpr std::size_t page_bytes = std::size_t{4} << 20;

void append_escaped(std::string& out, std::string_view text) {
  constexpr std::string_view digits = "0123456789ABCDEF";
  for (const char c : text) {
    const bool plain = (c >= '0' && c <= '9') || (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z') ||
                       c == '-' || c == '.' || c == '_' || c == '~';
    const auto byte = static_cast<unsigned char>(c);
    if (plain)
      out.push_back(c);
    else
      out.append("%").append(1, digits[byte >> 4]).append(1, digits[byte & 15]);
  }
}

}  // namespace

tl::expected<PageEnd, Problem> fill_page(LogWalk walk, events::Position from, events::Position end,
                                         std::size_t limit, const std::string& body,
                                         const std::function<Look(const log::Entry&)>& look) {
  PageEnd page;
  page.read_to = std::max<events::Position>(std::min(from, end), 1) - 1;
  std::size_t taken = 0;
  for (std::size_t looked_at = 0;
       taken < limit && body.size() < page_bytes && looked_at < projections::scan_max; ++looked_at) {
    const auto entry = walk.next(end);
    if (!entry) return tl::unexpected(unreadable_log());
    if (*entry == nullptr) {
      page.read_to = std::max<events::Position>(end, 1) - 1;
      return page;
    }
    const Look seen = look(**entry);
    if (seen == Look::behind) return page;
    taken += seen == Look::taken ? 1 : 0;
    page.read_to = (*entry)->position;
    page.hash = (*entry)->record.hash;
  }
  page.more = page.read_to + 1 < end;
  return page;
}

void add_page_end(Response& response, const Request& request, const PageEnd& end) {
  response.header("Almanac-Read-To", std::to_string(end.read_to));
  if (!end.more) return;
  std::string link = "<" + std::string(request.target().substr(0, request.target().find('?')));
  link.append("?after=").append(LogPlace::text(end.read_to, end.hash));
  for (const Parameter& parameter : request.url().parameters) {
    if (parameter.name == "after") continue;
    link.push_back('&');
    append_escaped(link, parameter.name);
    link.push_back('=');
    append_escaped(link, parameter.value);
  }
  response.header("Link", link + ">; rel=\"next\"");
}

}  // namespace almanac::api
