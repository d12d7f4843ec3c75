#pragma once
#include <optional>
#include <string>
#include <string_view>

/// Cursors: where a page ended, opaque to clients. They hold the sort key of the last row that was looked at
/// and no organisation (the range comes from the token), so that they survive restarts and concurrent writes.
namespace almanac::api {

/// `use` names the list and all its filters; a cursor is good for the same use alone.
std::string cursor_text(std::string_view use, std::string_view key);

/// The sort key; nullopt: not a cursor, or one of another use.
std::optional<std::string> cursor_key(std::string_view use, std::string_view cursor);

}  // namespace almanac::api
