#include "services/node/event_reader.hpp"

#include "events/codec.hpp"

namespace almanac::node {

tl::expected<std::vector<events::Recorded>, std::string> read_events(const log::Records& records,
                                                                     events::Position from,
                                                                     std::size_t limit) {
  const auto entries = records.read(from, limit);
  if (!entries) return tl::make_unexpected(entries.error().what);
  std::vector<events::Recorded> read;
  read.reserve(entries->size());
  for (const auto& entry : *entries) {
    auto recorded = events::decode(entry.record.bytes);
    if (!recorded) {
      return tl::make_unexpected("position " + std::to_string(entry.position) +
                                 " cannot be decoded: " + recorded.error().detail);
    }
    read.push_back(std::move(*recorded));
  }
  return read;
}

}  // namespace almanac::node
