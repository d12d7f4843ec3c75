// Appends one record to the stopped log argv[1], numbered and chained as a writer would: the `key`, `headers`
// and `value` of the JSON on standard input, which may mean nothing to this build. Prints its position.
#include <iostream>
#include <iterator>

#include "events/json.hpp"
#include "events/log/chain.hpp"
#include "events/log/embedded_log.hpp"

using namespace almanac;

namespace {

/// Those that every record has from its place in the log.
bool is_of_the_chain(const std::string& header) {
  return header == "ce_sequence" || header == "ce_epoch" || header == "ce_prevhash";
}

int refuse(const std::string& why) {
  std::cerr << why << "\n";
  return 1;
}

}  // namespace

int main(int count, char** arguments) {
  if (count != 2) return 2;
  const std::string text(std::istreambuf_iterator<char>(std::cin), {});
  const auto asked = events::json::parse(text);
  if (!asked || asked->find("headers") == nullptr) return refuse("no record on standard input");
  events::RecordFields fields{asked->find("key")->text, asked->find("value")->text, {}};
  for (const auto& [name, value] : asked->find("headers")->members)
    if (!is_of_the_chain(name)) fields.headers.emplace_back(name, value.text);
  const auto opened = log::EmbeddedLog::open({.directory = arguments[1]});
  if (!opened) return refuse(opened.error().what);
  const auto claim = (*opened)->claim();
  if (!claim) return refuse(claim.error().what);
  const auto records =
      log::chain_records({std::move(fields)}, {claim->next, claim->epoch, claim->last}, claim->epoch);
  const auto appended = (*opened)->append(claim->epoch, claim->next, records);
  if (!std::holds_alternative<log::Committed>(appended)) return refuse("the log did not take the record");
  std::cout << claim->next << "\n";
}
