#include <cstdlib>

#include "events/log/export_line.hpp"

// A line that stands for a record is written again as the same record.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  namespace log = almanac::log;
  const auto line = log::parse_export_line({reinterpret_cast<const char*>(data), size});
  if (!line || !std::holds_alternative<log::Entry>(*line)) return 0;
  std::string written;
  const auto& entry = std::get<log::Entry>(*line);
  if (!log::write_export_record(written, entry)) std::abort();
  written.pop_back();
  const auto again = log::parse_export_line(written);
  if (!again || std::get<log::Entry>(*again).record.bytes != entry.record.bytes) std::abort();
  return 0;
}
