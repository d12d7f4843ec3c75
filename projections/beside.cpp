#include "projections/beside.hpp"

namespace almanac::projections {
namespace fs = std::filesystem;

fs::path rebuilt_beside(const fs::path& directory) {
  return directory.string() + ".rebuild";
}
fs::path replaced_beside(const fs::path& directory) {
  return directory.string() + ".replaced";
}

void finish_interrupted_swap(const fs::path& directory) {
  std::error_code ignored;  // what cannot be renamed is built anew from the log
  const fs::path replaced = replaced_beside(directory);
  if (!fs::exists(directory, ignored) && fs::exists(replaced, ignored)) {
    fs::rename(rebuilt_beside(directory), directory, ignored);
    if (!fs::exists(directory, ignored)) fs::rename(replaced, directory, ignored);
  }
  if (fs::exists(directory, ignored)) fs::remove_all(replaced, ignored);
}

}  // namespace almanac::projections
