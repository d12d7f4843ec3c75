#pragma once
#include <rapidcheck.h>

#include "events/json.hpp"

namespace almanac::events::json {

/// Any string that is UTF-8: every length of sequence, controls, quotes, backslashes, NUL.
rc::Gen<std::string> any_text();
/// Any JSON number's text within the limits of `parse`.
rc::Gen<std::string> any_number();
/// Any value whose depth is at most `depth_max`, without a member twice.
rc::Gen<Value> any_value(int depth_max = 4);

/// The value as it is written, so that a failing property shows it.
void showValue(const Value& value, std::ostream& out);

Value parsed(std::string_view text);
std::string written(const Value& value);

}  // namespace almanac::events::json
