#include "tests/events/support/json_values.hpp"

#include <set>
#include <stdexcept>

namespace almanac::events::json {
namespace {

void put_code_point(std::string& out, unsigned c) {
  const auto put = [&out](unsigned byte) { out += static_cast<char>(byte); };
  if (c < 0x80) {
    put(c);
  } else if (c < 0x800) {
    put(0xC0 | c >> 6);
    put(0x80 | (c & 0x3F));
  } else if (c < 0x10000) {
    put(0xE0 | c >> 12);
    put(0x80 | (c >> 6 & 0x3F));
    put(0x80 | (c & 0x3F));
  } else {
    put(0xF0 | c >> 18);
    put(0x80 | (c >> 12 & 0x3F));
    put(0x80 | (c >> 6 & 0x3F));
    put(0x80 | (c & 0x3F));
  }
}

rc::Gen<unsigned> any_code_point() {
  return rc::gen::weightedOneOf<unsigned>({
      {8, rc::gen::inRange(0x20U, 0x7FU)},
      {3, rc::gen::elementOf(std::vector<unsigned>{'"', '\\', '/', 0, '\n', '\t', 0x1F, 0x7F})},
      {1, rc::gen::inRange(0x80U, 0x800U)},
      {1, rc::gen::inRange(0x800U, 0xD800U)},
      {1, rc::gen::inRange(0xE000U, 0x10000U)},
      {1, rc::gen::inRange(0x10000U, 0x110000U)},
  });
}

Value of_kind(Kind kind, std::string text = {}) {
  return {.kind = kind, .text = std::move(text)};
}

Value array_of(std::vector<Value> items) {
  Value array = of_kind(Kind::array);
  array.items = std::move(items);
  return array;
}

Value object_of(std::vector<std::pair<std::string, Value>> members) {
  Value object = of_kind(Kind::object);
  std::set<std::string> names;
  for (auto& member : members) {
    if (names.insert(member.first).second) object.members.push_back(std::move(member));
  }
  return object;
}

rc::Gen<Value> any_scalar() {
  return rc::gen::oneOf(
      rc::gen::just(Value{}),
      rc::gen::map(rc::gen::arbitrary<bool>(),
                   [](bool b) { return Value{.kind = Kind::boolean, .boolean = b}; }),
      rc::gen::map(any_number(), [](std::string text) { return of_kind(Kind::number, std::move(text)); }),
      rc::gen::map(any_text(), [](std::string text) { return of_kind(Kind::string, std::move(text)); }));
}

rc::Gen<std::string> digits(int most) {
  return rc::gen::mapcat(rc::gen::inRange(1, most + 1), [](int length) {
    return rc::gen::container<std::string>(static_cast<std::size_t>(length), rc::gen::inRange('0', ':'));
  });
}

}  // namespace

rc::Gen<std::string> any_text() {
  return rc::gen::map(rc::gen::container<std::vector<unsigned>>(any_code_point()),
                      [](const std::vector<unsigned>& code_points) {
                        std::string text;
                        for (unsigned c : code_points)
                          put_code_point(text, c);
                        return text;
                      });
}

rc::Gen<std::string> any_number() {
  const auto whole = rc::gen::map(digits(12), [](std::string text) {
    text.erase(0, std::min(text.find_first_not_of('0'), text.size() - 1));
    return text;
  });
  const auto optional = [](rc::Gen<std::string> gen) {
    return rc::gen::oneOf(rc::gen::just(std::string()), std::move(gen));
  };
  const auto fraction = rc::gen::map(digits(12), [](std::string text) { return "." + text; });
  const auto exponent =
      rc::gen::map(rc::gen::tuple(rc::gen::element<std::string>("e", "E", "e+", "e-", "E-"), digits(3)),
                   [](const std::tuple<std::string, std::string>& parts) {
                     return std::get<0>(parts) + std::get<1>(parts);
                   });
  return rc::gen::map(
      rc::gen::tuple(rc::gen::element<std::string>("", "-"), whole, optional(fraction), optional(exponent)),
      [](const std::tuple<std::string, std::string, std::string, std::string>& p) {
        return std::get<0>(p) + std::get<1>(p) + std::get<2>(p) + std::get<3>(p);
      });
}

// Few children each, or values four deep would have a million of them.
rc::Gen<Value> any_value(int depth_max) {
  if (depth_max == 0) return any_scalar();
  const auto inner = [depth_max] { return any_value(depth_max - 1); };
  const auto some = [](auto gen) { return rc::gen::resize(6, std::move(gen)); };
  return rc::gen::weightedOneOf<Value>({
      {1, any_scalar()},
      {1, rc::gen::map(some(rc::gen::container<std::vector<Value>>(rc::gen::lazy(inner))), array_of)},
      {2, rc::gen::map(some(rc::gen::container<std::vector<std::pair<std::string, Value>>>(
                           rc::gen::pair(any_text(), rc::gen::lazy(inner)))),
                       object_of)},
  });
}

void showValue(const Value& value, std::ostream& out) {
  out << written(value);
}

Value parsed(std::string_view text) {
  auto value = parse(text);
  if (!value) throw std::invalid_argument(value.error().detail);
  return *value;
}

std::string written(const Value& value) {
  std::string out;
  write(out, value);
  return out;
}

}  // namespace almanac::events::json
