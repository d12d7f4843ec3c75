#pragma once
#include <span>
#include <string_view>

namespace almanac::api {

/// A file of the source tree that the build put into the program: schemas/http/*.json by their name without
/// ending, and docs.html.
struct EmbeddedFile {
  std::string_view name;
  std::string_view text;
};
std::span<const EmbeddedFile> embedded_files();
/// schemas/asyncapi.json with the files that it refers to in their places.
std::string_view embedded_asyncapi();

}  // namespace almanac::api
