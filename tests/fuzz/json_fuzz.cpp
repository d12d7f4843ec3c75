#include <cstdlib>

#include "events/json.hpp"

// Whatever the guarded entry point accepts is written and read back as the same value.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  namespace json = almanac::events::json;
  const auto value = json::parse({reinterpret_cast<const char*>(data), size});
  if (!value) return 0;
  std::string text;
  json::write(text, *value);
  const auto again = json::parse(text);
  if (!again || !(*again == *value)) std::abort();
  return 0;
}
