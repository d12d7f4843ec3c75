#pragma once
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace almanac::cli {

/// Rows under titles, fitted to a width: columns that may shrink are cut with an ellipsis; when that is not
/// enough, those that may be dropped are left out, the last one first.
class Table {
 public:
  enum class Fit : std::uint8_t { keep, shrink, drop };
  struct Column {
    std::string title;
    Fit fit = Fit::keep;
  };
  explicit Table(std::vector<Column> columns) : columns_(std::move(columns)) {}

  /// Texts are made harmless to a terminal.
  void add(std::vector<std::string> row);
  bool empty() const { return rows_.empty(); }
  std::string text(std::size_t width, bool colour) const;

 private:
  std::vector<std::size_t> fitted(std::size_t width) const;

  std::vector<Column> columns_;
  std::vector<std::vector<std::string>> rows_;
};

/// Cells that a terminal uses for it: one for each code point, none for combining marks, two for wide ones.
std::size_t shown_width(std::string_view utf8);
/// Cut to a width, with `…` where something is missing.
std::string cut_to(std::string_view utf8, std::size_t width);
/// Control characters, also the C1 ones, become `?`: no text can move a terminal's cursor.
std::string plain_text(std::string_view utf8);

}  // namespace almanac::cli
