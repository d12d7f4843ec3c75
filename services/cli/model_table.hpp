#pragma once
#include <string>

#include "services/cli/session.hpp"

namespace almanac::cli {

/// A page of models (`items`) as rows; says on standard error how to get the next page.
int show_page(const Session& session, const std::string& body, const std::string& verb);
/// One model, a field a line.
int show_model(const Session& session, const std::string& body);

/// `limit` and `cursor`, as every list takes them.
struct PageOptions {
  int limit = 20;
  std::string cursor;
  void add_to(CLI::App& verb);
  void add_to(ClientRequest& request) const;
};

}  // namespace almanac::cli
