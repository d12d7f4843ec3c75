#include "services/cli/table.hpp"

#include <algorithm>
#include <cstdint>

#include "services/cli/terminal.hpp"

namespace almanac::cli {
namespace {

constexpr std::size_t gap = 2;
constexpr std::size_t shrunk_min = 8;

struct CodePoint {
  std::uint32_t value = 0;
  std::size_t bytes = 1;
};

/// Good UTF-8 is taken as such, anything else byte by byte.
CodePoint first_of(std::string_view text) {
  const auto byte = [&](std::size_t i) {
    return static_cast<std::uint32_t>(static_cast<unsigned char>(text[i]));
  };
  const std::uint32_t lead = byte(0);
  const std::size_t length = lead < 0x80 ? 1 : lead >= 0xf0 ? 4 : lead >= 0xe0 ? 3 : lead >= 0xc0 ? 2 : 1;
  if (length == 1 || text.size() < length) return {lead, 1};
  std::uint32_t value = lead & (0xffU >> (length + 1));
  for (std::size_t i = 1; i < length; ++i)
    value = (value << 6) | (byte(i) & 0x3f);
  return {value, length};
}

std::size_t cells_of(std::uint32_t c) {
  const auto within = [c](std::uint32_t low, std::uint32_t high) { return c >= low && c <= high; };
  if (within(0x300, 0x36f) || within(0x200b, 0x200f) || within(0xfe00, 0xfe0f)) return 0;
  if (within(0x1100, 0x115f) || within(0x2e80, 0xa4cf) || within(0xac00, 0xd7a3) || within(0xf900, 0xfaff) ||
      within(0xfe30, 0xfe6f) || within(0xff00, 0xff60) || within(0x1f300, 0x1faff)) {
    return 2;
  }
  return 1;
}

}  // namespace

std::string plain_text(std::string_view utf8) {
  std::string out;
  while (!utf8.empty()) {
    const CodePoint point = first_of(utf8);
    const bool control = point.value < 0x20 || (point.value >= 0x7f && point.value <= 0x9f);
    if (control) {
      out += '?';
    } else {
      out += utf8.substr(0, point.bytes);
    }
    utf8.remove_prefix(point.bytes);
  }
  return out;
}

std::size_t shown_width(std::string_view utf8) {
  std::size_t width = 0;
  while (!utf8.empty()) {
    const CodePoint point = first_of(utf8);
    width += cells_of(point.value);
    utf8.remove_prefix(point.bytes);
  }
  return width;
}

std::string cut_to(std::string_view utf8, std::size_t width) {
  if (shown_width(utf8) <= width) return std::string(utf8);
  if (width == 0) return "";
  std::string out;
  std::size_t used = 0;
  while (!utf8.empty()) {
    const CodePoint point = first_of(utf8);
    if (used + cells_of(point.value) > width - 1) break;
    used += cells_of(point.value);
    out += utf8.substr(0, point.bytes);
    utf8.remove_prefix(point.bytes);
  }
  return out + "…";
}

void Table::add(std::vector<std::string> row) {
  row.resize(columns_.size());
  for (auto& cell : row)
    cell = plain_text(cell);
  rows_.push_back(std::move(row));
}

/// How wide each column is shown; 0: not at all.
std::vector<std::size_t> Table::fitted(std::size_t width) const {
  std::vector<std::size_t> widths;
  for (const auto& column : columns_)
    widths.push_back(shown_width(column.title));
  for (const auto& row : rows_) {
    for (std::size_t i = 0; i < row.size(); ++i)
      widths[i] = std::max(widths[i], shown_width(row[i]));
  }
  const auto too_wide = [&](bool shrunk) {
    std::size_t sum = 0;
    for (std::size_t i = 0; i < widths.size(); ++i) {
      const bool shrinks = shrunk && columns_[i].fit == Fit::shrink;
      if (widths[i] > 0) sum += gap + (shrinks ? std::min(widths[i], shrunk_min) : widths[i]);
    }
    return sum > width + gap;
  };
  for (std::size_t i = widths.size(); i-- > 0 && too_wide(true);) {
    if (columns_[i].fit == Fit::drop) widths[i] = 0;
  }
  while (too_wide(false)) {
    std::size_t widest = widths.size();
    for (std::size_t i = 0; i < widths.size(); ++i) {
      if (columns_[i].fit != Fit::shrink || widths[i] <= shrunk_min) continue;
      if (widest == widths.size() || widths[i] > widths[widest]) widest = i;
    }
    if (widest == widths.size()) break;
    --widths[widest];
  }
  return widths;
}

std::string Table::text(std::size_t width, bool colour) const {
  const auto widths = fitted(width);
  std::string out;
  const auto line = [&](const auto& cell_of, bool bold) {
    std::string text;
    for (std::size_t i = 0; i < widths.size(); ++i) {
      if (widths[i] == 0) continue;
      const std::string cell = cut_to(cell_of(i), widths[i]);
      text += cell + std::string(widths[i] - shown_width(cell) + gap, ' ');
    }
    text.erase(text.find_last_not_of(' ') + 1);
    out += coloured(text, "bold", bold && colour) + "\n";
  };
  line([&](std::size_t i) { return columns_[i].title; }, true);
  for (const auto& row : rows_)
    line([&](std::size_t i) { return row[i]; }, false);
  return out;
}

}  // namespace almanac::cli
