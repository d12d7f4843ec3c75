#include <charconv>
#include <iostream>
#include <memory>

#include "services/cli/verbs.hpp"

namespace almanac::cli {
namespace {

/// `90`, `90s`, `5m`, `6h`, `2d`; nullopt is no duration.
std::optional<std::int64_t> seconds_of(std::string_view text) {
  std::int64_t count = 0;
  const auto [end, fault] = std::from_chars(text.data(), text.data() + text.size(), count);
  const std::string_view unit(end, static_cast<std::size_t>(text.data() + text.size() - end));
  if (fault != std::errc() || count <= 0 || count > 1'000'000'000) return std::nullopt;
  if (unit.empty() || unit == "s") return count;
  if (unit == "m") return count * 60;
  if (unit == "h") return count * 3600;
  if (unit == "d") return count * 86'400;
  return std::nullopt;
}

struct Options {
  MintWish wish;
  std::string kind, ttl = "1h";
};

int mint(const Session& session, Options& options) {
  const auto ttl = seconds_of(options.ttl);
  if (!ttl) return complain(wrong_usage, "--ttl " + options.ttl + " is no duration", "say 90s, 5m, 1h or 2d");
  auto& wish = options.wish;
  wish.ttl_s = *ttl;
  wish.member = options.kind == "member" || (options.kind.empty() && !wish.roles.empty());
  if (!wish.member && !wish.roles.empty()) {
    return complain(wrong_usage, "a machine's token has no roles", "leave --role out, or say --kind member");
  }
  if (wish.scope.empty() && wish.roles.empty()) {
    return complain(wrong_usage, "a token without rights is of no use",
                    "give --scope, or --role with --kind member");
  }
  if (wish.subject.empty()) wish.subject = wish.member ? "member-development" : "client-development";
  const auto token = session.node.mint(wish, session.node_settings);
  if (!token) {
    return complain(refused, token.error(), "name its data directory with --data.dir or ALMANAC_DATA_DIR");
  }
  std::cout << *token << "\n";
  return done;
}

}  // namespace

void add_token(CLI::App& app, Session& session) {
  auto* verb = app.add_subcommand("token", "Mints a token by a node's development issuer; prints it alone");
  auto options = std::make_shared<Options>();
  verb->add_option("--org", options->wish.organization, "Organization")->required()->type_name("ORG");
  verb->add_option("--scope", options->wish.scope, "Scopes, separated by blanks")->type_name("\"…\"");
  verb->add_option("--kind", options->kind, "member or m2m (m2m; member where --role is given)")
      ->check(CLI::IsMember({"member", "m2m"}));
  verb->add_option("--subject", options->wish.subject, "Member's or client's id")->type_name("ID");
  verb->add_option("--plan", options->wish.plan, "Plan claim")
      ->check(CLI::IsMember({"free", "pro", "enterprise"}));
  verb->add_option("--ttl", options->ttl, "How long it is good: 90s, 5m, 1h, 2d (1h)")->type_name("TIME");
  verb->add_option("--role", options->wish.roles, "A member's role; may be repeated")->type_name("R");
  add_file_options(*verb, session);
  verb->callback(
      [&session, options] { session.run = [&session, options] { return mint(session, *options); }; });
}

}  // namespace almanac::cli
