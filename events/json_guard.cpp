#include "events/json_guard.hpp"

#include "events/json_plain.hpp"
#include "events/utf8.hpp"

namespace almanac::events::json {
namespace {

constexpr std::size_t number_length_max = 40;
constexpr std::size_t exponent_digits_max = 3;

bool is_digit(char c) {
  return c >= '0' && c <= '9';
}

std::optional<unsigned> hex4(std::string_view digits) {
  if (digits.size() < 4) return std::nullopt;
  unsigned value = 0;
  for (char c : digits.substr(0, 4)) {
    const char lower = static_cast<char>(c | 0x20);
    if (is_digit(c)) {
      value = value * 16 + static_cast<unsigned>(c - '0');
    } else if (lower >= 'a' && lower <= 'f') {
      value = value * 16 + static_cast<unsigned>(lower - 'a' + 10);
    } else {
      return std::nullopt;
    }
  }
  return value;
}

class Guard {
 public:
  Guard(std::string& text, const Limits& limits, Shape& shape)
      : text_(text), limits_(limits), shape_(shape) {}

  std::optional<Fault> judge() {
    if (text_.size() > limits_.bytes_max) {
      return Fault{limits_.bytes_max, "longer than " + std::to_string(limits_.bytes_max) + " bytes"};
    }
    if (text_.starts_with("\xEF\xBB\xBF")) return Fault{0, "begins with a byte order mark"};
    while (at_ < text_.size() && !fault_)
      token();
    return std::move(fault_);
  }

 private:
  void refuse(std::size_t offset, std::string detail) { fault_ = Fault{offset, std::move(detail)}; }

  void token() {
    const char c = text_[at_];
    switch (c) {
      case ' ':
      case '\t':
      case '\n':
      case '\r':
        ++at_;
        return;
      case '{':
      case '[':
        open();
        return;
      case '}':
      case ']':
        close();
        return;
      case ',':
        if (!shape_.open.empty()) ++shape_.children[shape_.open.back().container];
        ++at_;
        return;
      case '"':
        not_empty();
        string();
        return;
      default:
        not_empty();
        if (c == '-' || is_digit(c)) return number();
        if (c == '\0') return refuse(at_, "holds a NUL");
        if (static_cast<std::uint8_t>(c) >= 0x80) return refuse(at_, "unexpected character");
        ++at_;
    }
  }

  void not_empty() {
    if (!shape_.open.empty()) shape_.open.back().empty = false;
  }

  void open() {
    not_empty();
    if (shape_.open.size() == limits_.depth_max) {
      return refuse(at_, "nested deeper than " + std::to_string(limits_.depth_max));
    }
    shape_.open.push_back({shape_.children.size(), true});
    shape_.children.push_back(0);
    ++at_;
  }

  /// Until here commas were counted.
  void close() {
    if (shape_.open.empty()) return refuse(at_, "closes what was never opened");
    const auto [container, empty] = shape_.open.back();
    if (!empty) ++shape_.children[container];
    shape_.open.pop_back();
    ++at_;
  }

  void number() {
    const std::size_t begin = at_;
    while (at_ < text_.size() && (is_digit(text_[at_]) || text_[at_] == '-' || text_[at_] == '+' ||
                                  text_[at_] == '.' || (text_[at_] | 0x20) == 'e')) {
      ++at_;
    }
    if (at_ - begin > number_length_max) {
      return refuse(begin, "a number has more than " + std::to_string(number_length_max) + " characters");
    }
    const std::size_t mark = std::string_view(text_).substr(begin, at_ - begin).find_first_of("eE");
    if (mark != std::string_view::npos) exponent(begin, begin + mark + 1);
  }

  void exponent(std::size_t begin, std::size_t from) {
    if (from < at_ && (text_[from] == '+' || text_[from] == '-')) ++from;
    if (at_ - from > exponent_digits_max) {
      return refuse(begin, "an exponent has more than " + std::to_string(exponent_digits_max) + " digits");
    }
    for (; from < at_; ++from) {
      if (is_digit(text_[from])) text_[from] = '0';
    }
  }

  void string() {
    const std::size_t begin = at_++;
    while (!fault_) {
      while (at_ + 8 <= text_.size() && eight_plain(&text_[at_]))
        at_ += 8;
      if (at_ >= text_.size()) return refuse(begin, "a string never ends");
      const char c = text_[at_];
      if (c == '"') {
        ++at_;
        return;
      }
      if (c == '\\') {
        escape();
      } else if (static_cast<std::uint8_t>(c) < 0x20) {
        refuse(at_, c == '\0' ? "holds a NUL" : "a string holds a bare control character");
      } else {
        const std::size_t length = utf8_sequence(std::string_view(text_).substr(at_));
        if (length == 0) refuse(at_, "not UTF-8");
        at_ += length;
      }
    }
  }

  void escape() {
    const std::string_view rest = std::string_view(text_).substr(at_);
    if (rest.size() < 2) return refuse(at_, "an escape never ends");
    if (rest[1] != 'u') {
      if (std::string_view("\"\\/bfnrt").find(rest[1]) == std::string_view::npos) {
        return refuse(at_, "unknown escape");
      }
      at_ += 2;
      return;
    }
    const auto unit = hex4(rest.substr(2));
    if (!unit) return refuse(at_, "\\u needs four hexadecimal digits");
    const bool high = *unit >= 0xD800 && *unit < 0xDC00;
    const bool low = *unit >= 0xDC00 && *unit < 0xE000;
    if (low || (high && !low_surrogate_at(rest.substr(6)))) return refuse(at_, "a lone surrogate");
    at_ += high ? 12 : 6;
  }

  static bool low_surrogate_at(std::string_view rest) {
    if (!rest.starts_with("\\u")) return false;
    const auto unit = hex4(rest.substr(2));
    return unit && *unit >= 0xDC00 && *unit < 0xE000;
  }

  std::string& text_;
  const Limits& limits_;
  Shape& shape_;
  std::size_t at_ = 0;
  std::optional<Fault> fault_;
};

}  // namespace

std::optional<Fault> guard(std::string& text, const Limits& limits, Shape& shape) {
  shape.children.clear();
  shape.open.clear();
  return Guard(text, limits, shape).judge();
}

}  // namespace almanac::events::json
