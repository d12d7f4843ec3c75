#pragma once
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "events/model_fields.hpp"
#include "events/rejection.hpp"

/// Lengths, ranges and characters of every field (api.md, "Text" and the field tables), in one place for the
/// API, imports and tests.
namespace almanac::events {

struct TextBounds {
  std::size_t least = 0;  ///< Unicode code points
  std::size_t most = 0;
  enum class Lines : std::uint8_t { one, many } lines = Lines::one;  ///< many: tab, LF and CR are text
};
struct NumberBounds {
  std::int64_t least = 1;
  std::int64_t most = 0;
};

inline constexpr TextBounds deprecation_message_bounds{1, 2'000, TextBounds::Lines::many};
inline constexpr TextBounds reason_bounds{1, 500, TextBounds::Lines::one};
inline constexpr std::size_t metadata_bytes_max = std::size_t{16} * 1024;
inline constexpr std::size_t metadata_depth_max = 64;
inline constexpr std::size_t import_rows_max = 10'000;

/// nullopt for fields that are no text, or no number.
std::optional<TextBounds> text_bounds(ModelKind kind, Field field);
std::optional<NumberBounds> number_bounds(ModelKind kind, Field field);
/// Whether null may be written to the field.
bool takes_null(ModelKind kind, Field field);

/// What is wrong with a value, as a sentence without its subject (`must …`); nullopt when nothing is.
/// `text` must be UTF-8.
std::optional<std::string> text_fault(std::string_view text, const TextBounds& bounds);
std::optional<std::string> number_fault(std::int64_t number, const NumberBounds& bounds);
/// `json` must be JSON without white space.
std::optional<std::string> metadata_fault(std::string_view json);
/// Null rule, type and bounds of a field's value for a kind of model that has the field.
std::optional<std::string> value_fault(ModelKind kind, Field field, const FieldValue& value);

/// RFC 6901: `/displayName`.
std::string pointer_to(Field field);
/// `~` and `/` escaped: for a member's name from outside.
std::string pointer_to(std::string_view member);

/// Faults of one command: those that parsing found, then those of the law. A field in which parsing found
/// one holds its default and is not judged again.
class FaultList {
 public:
  explicit FaultList(Faults parsed = {}) : faults_(std::move(parsed)) {}

  /// Whether something is wrong at the pointer or below it.
  bool has(std::string_view pointer) const;
  void add(std::string pointer, std::string detail);
  /// Adds the fault, if it is one, unless the pointer has one already.
  void judge(std::string pointer, std::optional<std::string> fault);
  void judge_text(ModelKind kind, Field field, std::string_view text);
  void judge_text(ModelKind kind, Field field, const std::optional<std::string>& text);
  void judge_number(ModelKind kind, Field field, const std::optional<std::int64_t>& number);

  bool empty() const { return faults_.empty(); }
  const Faults& faults() const { return faults_; }

 private:
  Faults faults_;
};

}  // namespace almanac::events
