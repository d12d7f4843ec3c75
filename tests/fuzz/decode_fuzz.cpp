#include <cstdlib>

#include "events/codec.hpp"

// A record that decodes encodes to the same bytes.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view bytes(reinterpret_cast<const char*>(data), size);
  const auto recorded = almanac::events::decode(bytes);
  if (recorded && almanac::events::encode(*recorded).bytes != bytes) std::abort();
  return 0;
}
