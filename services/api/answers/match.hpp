#pragma once

namespace almanac::api {

/// One function a case of a variant: `std::visit(Match{[](const A&) {…}, [](const B&) {…}}, variant)`.
template <class... Cases>
struct Match : Cases... {
  using Cases::operator()...;
};
template <class... Cases>
Match(Cases...) -> Match<Cases...>;  // clang 14 does not deduce an aggregate without it

}  // namespace almanac::api
