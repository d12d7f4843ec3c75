#pragma once
#include <filesystem>
#include <memory>
#include <string>

#include <tl/expected.hpp>

#include "events/log/log.hpp"
#include "services/api/transport/listener.hpp"
#include "services/node/settings.hpp"

/// How the settings become listeners, and how others hear where they are.
namespace almanac::node {

/// Binds http.listen; serves nothing yet.
tl::expected<std::unique_ptr<api::Listener>, log::Failure> open_listener(const Settings& settings,
                                                                         api::Handler& handler);
/// Binds ops.listen: one thread, few connections, plain HTTP.
tl::expected<std::unique_ptr<api::Listener>, log::Failure> open_ops_listener(const ListenAddress& address,
                                                                             api::Handler& handler);
/// `host:port` and a line feed, whole or not at all.
tl::expected<void, log::Failure> write_address_file(const std::filesystem::path& file,
                                                    const std::string& address);

}  // namespace almanac::node
