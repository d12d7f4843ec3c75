#include "events/bounds.hpp"

#include <algorithm>
#include <cstring>
#include <type_traits>
#include <utility>

namespace almanac::events {
namespace {

using Lines = TextBounds::Lines;

/// U+0000..1F, 7F..9F; the last 32 are two bytes in UTF-8, C2 80..C2 9F.
bool is_control(std::string_view text, std::size_t at, Lines lines) {
  const auto byte = static_cast<unsigned char>(text[at]);
  if (byte < 0x20) return lines == Lines::one || (byte != '\t' && byte != '\n' && byte != '\r');
  if (byte == 0x7f) return true;
  return byte == 0xc2 && at + 1 < text.size() && static_cast<unsigned char>(text[at + 1]) < 0xa0;
}

constexpr std::size_t word_bytes = 8;

/// Eight bytes of printable ASCII from there on, which need no closer look: prompts are long, and this is on
/// the way of every creation.
bool is_plain_word(std::string_view text, std::size_t at) {
  constexpr std::uint64_t ones = 0x0101010101010101;
  constexpr std::uint64_t highs = ones << 7;
  if (text.size() - at < word_bytes) return false;
  std::uint64_t word = 0;
  std::memcpy(&word, text.data() + at, word_bytes);
  const std::uint64_t below_space = (word - ones * 0x20) & ~word;
  const std::uint64_t off_delete = word ^ (ones * 0x7f);
  const std::uint64_t is_delete = (off_delete - ones) & ~off_delete;
  return ((word | below_space | is_delete) & highs) == 0;
}

std::string control_sentence(Lines lines) {
  return lines == Lines::one ? "must not hold control characters"
                             : "must not hold control characters but tab, line feed and carriage return";
}

std::string length_sentence(std::size_t length, const TextBounds& bounds) {
  if (length == 0) return "must not be empty";
  return "must be at most " + std::to_string(bounds.most) + " characters long, has " + std::to_string(length);
}

std::string wrong_type(Field field, ModelKind kind) {
  if (text_bounds(kind, field)) return "must be a string";
  return number_bounds(kind, field) ? "must be a whole number" : "must be true or false";
}

/// Nesting of arrays and objects in JSON text; brackets within strings do not count.
std::size_t nesting(std::string_view json) {
  std::size_t depth = 0;
  std::size_t deepest = 0;
  bool in_string = false;
  for (std::size_t i = 0; i < json.size(); ++i) {
    const char c = json[i];
    if (in_string) {
      if (c == '\\') ++i;
      if (c == '"') in_string = false;
    } else if (c == '"') {
      in_string = true;
    } else if (c == '{' || c == '[') {
      deepest = std::max(deepest, ++depth);
    } else if (c == '}' || c == ']') {
      --depth;
    }
  }
  return deepest;
}

}  // namespace

std::optional<TextBounds> text_bounds(ModelKind, Field field) {
  switch (field) {
    case Field::parent_model_id:
      return TextBounds{1, 36, Lines::one};
    case Field::display_name:
    case Field::model_name:
      return TextBounds{1, 200, Lines::one};
    case Field::provider:
      return TextBounds{1, 100, Lines::one};
    case Field::external_key:
      return TextBounds{1, 301, Lines::one};
    case Field::system_prompt_id:
      return TextBounds{1, 64, Lines::one};
    case Field::system_prompt:
      return TextBounds{0, 50'000, Lines::many};
    case Field::description:
      return TextBounds{0, 2'000, Lines::many};
    default:
      return std::nullopt;
  }
}

std::optional<NumberBounds> number_bounds(ModelKind kind, Field field) {
  if (field == Field::context_window) {
    return NumberBounds{1, kind == ModelKind::system ? 100'000'000 : 2'000'000};
  }
  if (field == Field::max_tokens_per_request) {
    return NumberBounds{1, kind == ModelKind::system ? 100'000'000 : 200'000};
  }
  return std::nullopt;
}

bool takes_null(ModelKind kind, Field field) {
  switch (field) {
    case Field::metadata:
    case Field::max_tokens_per_request:
    case Field::description:
    case Field::system_prompt_id:
    case Field::system_prompt:
      return true;
    case Field::context_window:
    case Field::supports_streaming:
      return kind == ModelKind::user;
    default:
      return false;
  }
}

std::optional<std::string> text_fault(std::string_view text, const TextBounds& bounds) {
  std::size_t length = 0;
  bool control = false;
  for (std::size_t i = 0; i < text.size();) {
    if (is_plain_word(text, i)) {
      length += word_bytes;
      i += word_bytes;
      continue;
    }
    if ((static_cast<unsigned char>(text[i]) & 0xc0U) != 0x80U) ++length;
    control = control || is_control(text, i, bounds.lines);
    ++i;
  }
  if (length < bounds.least || length > bounds.most) return length_sentence(length, bounds);
  if (control) return control_sentence(bounds.lines);
  return std::nullopt;
}

std::optional<std::string> number_fault(std::int64_t number, const NumberBounds& bounds) {
  if (number >= bounds.least && number <= bounds.most) return std::nullopt;
  return "must be between " + std::to_string(bounds.least) + " and " + std::to_string(bounds.most) + ", is " +
         std::to_string(number);
}

std::optional<std::string> metadata_fault(std::string_view json) {
  if (json.size() > metadata_bytes_max) {
    return "must be at most " + std::to_string(metadata_bytes_max) +
           " bytes of JSON without white space, has " + std::to_string(json.size());
  }
  if (nesting(json) > metadata_depth_max) {
    return "must not be nested more than " + std::to_string(metadata_depth_max) + " deep";
  }
  return std::nullopt;
}

std::optional<std::string> value_fault(ModelKind kind, Field field, const FieldValue& value) {
  if (field == Field::metadata) {
    const auto* json = std::get_if<JsonText>(&value);
    return json == nullptr ? std::optional<std::string>("must be a JSON value") : metadata_fault(json->text);
  }
  if (std::holds_alternative<std::monostate>(value)) {
    return takes_null(kind, field) ? std::nullopt : std::optional<std::string>("must not be null");
  }
  if (const auto bounds = text_bounds(kind, field)) {
    if (const auto* text = std::get_if<std::string>(&value)) return text_fault(*text, *bounds);
  } else if (const auto range = number_bounds(kind, field)) {
    if (const auto* number = std::get_if<std::int64_t>(&value)) return number_fault(*number, *range);
  } else if (std::holds_alternative<bool>(value)) {
    return std::nullopt;
  }
  return wrong_type(field, kind);
}

std::string pointer_to(Field field) {
  return "/" + std::string(name_of(field));
}

std::string pointer_to(std::string_view member) {
  std::string pointer = "/";
  for (const char c : member) {
    if (c == '~') {
      pointer += "~0";
    } else if (c == '/') {
      pointer += "~1";
    } else {
      pointer += c;
    }
  }
  return pointer;
}

bool FaultList::has(std::string_view pointer) const {
  return std::any_of(faults_.begin(), faults_.end(), [&](const Fault& fault) {
    const std::string_view at = fault.pointer;
    return at.substr(0, pointer.size()) == pointer &&
           (at.size() == pointer.size() || at[pointer.size()] == '/');
  });
}

void FaultList::add(std::string pointer, std::string detail) {
  faults_.push_back({std::move(pointer), std::move(detail)});
}

void FaultList::judge(std::string pointer, std::optional<std::string> fault) {
  if (fault && !has(pointer)) add(std::move(pointer), *std::move(fault));
}

void FaultList::judge_text(ModelKind kind, Field field, std::string_view text) {
  auto fault = text_fault(text, text_bounds(kind, field).value_or(TextBounds{}));
  if (fault) judge(pointer_to(field), std::move(fault));
}

void FaultList::judge_text(ModelKind kind, Field field, const std::optional<std::string>& text) {
  if (text) judge_text(kind, field, std::string_view(*text));
}

void FaultList::judge_number(ModelKind kind, Field field, const std::optional<std::int64_t>& number) {
  if (!number) return;
  auto fault = number_fault(*number, number_bounds(kind, field).value_or(NumberBounds{}));
  if (fault) judge(pointer_to(field), std::move(fault));
}

}  // namespace almanac::events
