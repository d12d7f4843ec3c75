#include "events/json_scan.hpp"

#include <algorithm>
#include <limits>

#include "events/hex.hpp"
#include "events/json_plain.hpp"
#include "events/utf8.hpp"

namespace almanac::events::json {
namespace {

constexpr std::size_t number_length_max = 40;
constexpr std::size_t exponent_digits_max = 3;
constexpr std::string_view short_escapes = "\"\\bfnrt";
constexpr std::string_view short_escaped = "\"\\\b\f\n\r\t";

bool is_digit(char c) {
  return c >= '0' && c <= '9';
}

/// The control character that `\u00xx` stands for, when that is its one way to be written.
std::optional<char> long_escape(std::string_view rest) {
  if (rest.size() < 6 || !rest.starts_with("\\u00")) return std::nullopt;
  const auto byte = hex_byte(&rest[4]);
  if (!byte || *byte >= 0x20) return std::nullopt;
  const char character = static_cast<char>(*byte);
  if (short_escaped.find(character) != std::string_view::npos) return std::nullopt;
  return character;
}

class Scanner {
 public:
  Scanner(std::string_view text, const Limits& limits, std::vector<Node>& nodes)
      : text_(text), limits_(limits), nodes_(nodes) {}

  std::optional<Fault> scan() {
    // Places and offsets of nodes are 32 bits wide.
    if (text_.size() > std::min<std::size_t>(limits_.bytes_max, std::numeric_limits<std::uint32_t>::max()))
      return Fault{0, "longer than " + std::to_string(limits_.bytes_max) + " bytes"};
    value({});
    while (!open_.empty() && !fault_)
      child();
    if (!fault_ && at_ != text_.size()) refuse(at_, "something stands behind the value");
    return std::move(fault_);
  }

 private:
  struct Open {
    std::size_t node = 0;
    std::size_t begin = 0;
    bool empty = true;
  };

  void refuse(std::size_t offset, std::string detail) {
    if (!fault_) fault_ = Fault{offset, std::move(detail)};
  }
  /// A NUL, which no canonical text holds outside a string, at the end.
  char here() const { return at_ < text_.size() ? text_[at_] : '\0'; }

  void value(std::string_view name) {
    Node& node = nodes_.emplace_back();
    node.name = name;
    node.after = static_cast<std::uint32_t>(nodes_.size());
    const std::size_t begin = at_;
    switch (here()) {
      case '{':
      case '[':
        node.kind = here() == '{' ? Kind::object : Kind::array;
        if (open_.size() == limits_.depth_max)
          return refuse(at_, "nested deeper than " + std::to_string(limits_.depth_max));
        open_.push_back({nodes_.size() - 1, begin, true});
        ++at_;
        return;
      case '"':
        node.kind = Kind::string;
        string();
        break;
      case 't':
        node.kind = Kind::boolean;
        node.boolean = true;
        word("true");
        break;
      case 'f':
        node.kind = Kind::boolean;
        word("false");
        break;
      case 'n':
        word("null");
        break;
      default:
        node.kind = Kind::number;
        number();
    }
    node.text = text_.substr(begin, at_ - begin);
  }

  void child() {
    Open& open = open_.back();
    const bool object = nodes_[open.node].kind == Kind::object;
    if (here() == (object ? '}' : ']')) return close();
    if (!open.empty && here() != ',') return refuse(at_, "unexpected character");
    if (!open.empty) ++at_;
    open.empty = false;
    std::string_view name;
    if (object) {
      const std::size_t begin = at_;
      if (here() != '"') return refuse(at_, "a member has no name");
      string();
      if (fault_) return;
      name = text_.substr(begin + 1, at_ - begin - 2);
      if (here() != ':') return refuse(at_, "a name without a value");
      ++at_;
    }
    value(name);
  }

  void close() {
    ++at_;
    const Open open = open_.back();
    open_.pop_back();
    Node& container = nodes_[open.node];
    container.after = static_cast<std::uint32_t>(nodes_.size());
    container.text = text_.substr(open.begin, at_ - open.begin);
    if (container.kind == Kind::object && name_repeats(open.node))
      refuse(open.begin, "an object has a member twice");
  }

  /// One name has one text here, so texts can be compared. A mark for each name spares most comparisons.
  bool name_repeats(std::size_t object) {
    std::uint64_t seen = 0;
    bool doubt = false;
    for (std::size_t i = object + 1; i < nodes_.size(); i = nodes_[i].after) {
      const std::string_view name = nodes_[i].name;
      const std::size_t mark = name.empty() ? 0
                                            : name.size() * 7 + static_cast<std::uint8_t>(name.front()) * 3 +
                                                  static_cast<std::uint8_t>(name.back());
      const std::uint64_t bit = std::uint64_t{1} << (mark & 63);
      doubt = doubt || (seen & bit) != 0;
      seen |= bit;
    }
    if (!doubt) return false;
    names_.clear();
    for (std::size_t i = object + 1; i < nodes_.size(); i = nodes_[i].after)
      names_.push_back(nodes_[i].name);
    std::sort(names_.begin(), names_.end());
    return std::adjacent_find(names_.begin(), names_.end()) != names_.end();
  }

  void word(std::string_view expected) {
    if (!text_.substr(at_).starts_with(expected)) return refuse(at_, "unexpected character");
    at_ += expected.size();
  }

  bool digits() {
    const std::size_t begin = at_;
    while (is_digit(here()))
      ++at_;
    return at_ > begin;
  }

  void number() {
    const std::size_t begin = at_;
    if (here() == '-') ++at_;
    const std::size_t first = at_;
    if (!digits()) return refuse(begin, "unexpected character");
    if (text_[first] == '0' && at_ - first > 1) return refuse(begin, "a number begins with 0");
    if (here() == '.') {
      ++at_;
      if (!digits()) return refuse(begin, "a number ends too early");
    }
    if (here() == 'e' || here() == 'E') {
      ++at_;
      if (here() == '+' || here() == '-') ++at_;
      const std::size_t exponent = at_;
      if (!digits()) return refuse(begin, "a number ends too early");
      if (at_ - exponent > exponent_digits_max)
        return refuse(begin, "an exponent has more than " + std::to_string(exponent_digits_max) + " digits");
    }
    if (at_ - begin > number_length_max)
      return refuse(begin, "a number has more than " + std::to_string(number_length_max) + " characters");
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
        refuse(at_, "a string holds a bare control character");
      } else {
        const std::size_t length = utf8_sequence(text_.substr(at_));
        if (length == 0) refuse(at_, "not UTF-8");
        at_ += length;
      }
    }
  }

  void escape() {
    const std::string_view rest = text_.substr(at_);
    if (rest.size() > 1 && short_escapes.find(rest[1]) != std::string_view::npos) {
      at_ += 2;
    } else if (long_escape(rest)) {
      at_ += 6;
    } else {
      refuse(at_, "an escape that is not written like this");
    }
  }

  std::string_view text_;
  const Limits& limits_;
  std::vector<Node>& nodes_;
  std::vector<Open> open_;
  std::vector<std::string_view> names_;
  std::size_t at_ = 0;
  std::optional<Fault> fault_;
};

}  // namespace

std::optional<Fault> scan(std::string_view text, const Limits& limits, std::vector<Node>& nodes) {
  nodes.clear();
  return Scanner(text, limits, nodes).scan();
}

std::string characters(std::string_view quoted) {
  std::string_view rest = quoted.substr(1, quoted.size() - 2);
  std::string out;
  for (;;) {
    const auto backslash = rest.find('\\');
    out += rest.substr(0, backslash);
    if (backslash == std::string_view::npos) return out;
    rest.remove_prefix(backslash);
    if (const auto control = long_escape(rest)) {
      out += *control;
      rest.remove_prefix(6);
    } else {
      out += short_escaped[short_escapes.find(rest[1])];
      rest.remove_prefix(2);
    }
  }
}

}  // namespace almanac::events::json
