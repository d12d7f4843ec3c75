#include "tests/projections/support/generated.hpp"

#include <random>

#include "projections/fold.hpp"
#include "tests/events/support/random_commands.hpp"

namespace almanac::projections::testing {

using events::testing::World;

World world_after(const std::vector<std::uint64_t>& numbers) {
  World world = events::testing::peopled();
  for (const std::uint64_t number : numbers) {
    const auto sent = events::testing::command_from(world, number);
    world.advance(sent.later_ms + static_cast<std::int64_t>(number % 3));
    (void)world.perform(sent.command, sent.caller);
  }
  return world;
}

std::vector<std::uint64_t> long_sequence(std::size_t commands, std::uint64_t seed) {
  std::mt19937_64 random(seed);
  std::vector<std::uint64_t> numbers(commands);
  for (auto& number : numbers)
    number = random();
  return numbers;
}

void FoldedRows::fold_all(const ToldLog& log) {
  for (const auto& recorded : log.told())
    fold(rows_, recorded);
}

void settle(Layer& layer, MutableRows& into) {
  layer.each([&](Family family, std::string_view key, std::optional<std::string_view> value) {
    if (value)
      into.put(family, key, *value);
    else
      into.erase(family, key);
  });
  layer.clear();
}

}  // namespace almanac::projections::testing
