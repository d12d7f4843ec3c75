#include "events/log/chain.hpp"
#include "events/log/export_line.hpp"
#include "services/api/answers/position_page.hpp"
#include "services/api/requests/log_place.hpp"
#include "services/api/resources/handlers.hpp"

namespace almanac::api {
namespace {

constexpr std::size_t usual_limit = 1000;

}  // namespace

Response get_log(const Call& call) {
  const log::Records& records = *call.service.records;
  const events::Position end = call.applied.position ? *call.applied.position + 1 : 0;
  const auto& after = call.query.after;
  if (after)
    if (const auto foreign = refuse_foreign(*after, records, end))
      return foreign->response(call.request.id_text());
  // The id in force, as in an export: a copied log goes on under one of its own.
  const auto last = records.read(call.applied.position.value_or(0), 1);
  if (!last || last->empty()) return unreadable_log().response(call.request.id_text());
  std::string body;
  log::write_export_header(body, log::log_id_of(last->front().record.bytes));
  const events::Position from = after ? after->next() : 0;
  bool writable = true;
  const auto page = fill_page(LogWalk(records, from), from, end, call.query.many.value_or(usual_limit), body,
                              [&](const log::Entry& entry) {
                                writable = log::write_export_record(body, entry).has_value();
                                return writable ? Look::taken : Look::behind;
                              });
  if (!page) return page.error().response(call.request.id_text());
  if (!writable) return unreadable_log().response(call.request.id_text());
  Response response;
  response.header("Content-Type", "application/x-ndjson").header("Cache-Control", "private, no-cache");
  add_page_end(response, call.request, *page);
  response.body = std::move(body);
  return response;
}

}  // namespace almanac::api
