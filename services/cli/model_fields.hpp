#pragma once
#include <optional>
#include <string>
#include <vector>

#include "services/cli/write_options.hpp"

namespace almanac::cli {

/// A user model's fields as flags, or a whole body from a file.
struct ModelFields {
  std::string parent, name, context_window, max_tokens, streaming, prompt, prompt_id, metadata, whole;
  std::vector<std::string> unset;
  bool disabled = false, enabled = false;

  void add_to(CLI::App& verb);
  /// What only a change takes: `--unset` and `--enabled`.
  void add_changes_to(CLI::App& verb);
  /// The body; complains and is nullopt where a file cannot be read or metadata is no JSON.
  std::optional<std::string> json() const;
};

}  // namespace almanac::cli
