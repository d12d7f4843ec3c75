#include "tests/events/support/random_commands.hpp"

#include <rapidcheck.h>

#include <algorithm>
#include <array>

#include "tests/events/support/samples.hpp"

namespace almanac::events::testing {
namespace {

/// Digits of a number, the least first.
class Digits {
 public:
  explicit Digits(std::uint64_t number) : rest_(number) {}
  std::size_t below(std::size_t base) {
    const auto digit = static_cast<std::size_t>(rest_ % base);
    rest_ /= base;
    return digit;
  }
  bool coin() { return below(2) == 1; }

 private:
  std::uint64_t rest_;
};

class Making {
 public:
  Making(const World& world, Digits& digits) : world_(world), digits_(digits), ids_(world.all_ids()) {}

  Command make() {
    switch (digits_.below(12)) {
      case 0:
        return create_system(name());
      case 1:
      case 2:
        return create();
      case 3:
      case 4:
        return change_some();
      case 5:
        return DeleteModel{some()};
      case 6:
        return deprecate_some();
      case 7:
        return RestoreModel{some()};
      case 8:
        return reprice_some();
      case 9:
        return CancelReprice{some_system()};
      case 10:
        return import();
      default:
        return revert();
    }
  }

 private:
  ModelId some() { return digits_.below(16) == 0 ? id(200) : ids_[digits_.below(ids_.size())]; }
  /// Mostly a system model, where the command is about one.
  ModelId some_system() {
    const ModelId first = some();
    const auto model = world_.model(first);
    return model && model->is_system() ? first : id(static_cast<std::uint8_t>(1 + digits_.below(2)));
  }
  std::string name() { return std::string(1, static_cast<char>('a' + digits_.below(5))); }
  Instant soon() { return {world_.now().ms + (static_cast<std::int64_t>(digits_.below(12)) - 2) * second}; }
  std::int64_t size() { return static_cast<std::int64_t>(digits_.below(4)) * 3'000; }

  CreateUserModel create() {
    auto command = create_user(some_system());
    command.enabled = digits_.below(4) != 0;
    if (digits_.coin()) command.own.context_window = size();
    if (digits_.coin()) command.own.streaming = digits_.coin();
    return command;
  }

  FieldPatch patch() {
    const auto field = static_cast<Field>(digits_.below(16));
    switch (field) {
      case Field::parent_model_id:
        return {field, some_system().text()};
      case Field::context_window:
      case Field::max_tokens_per_request:
        return {field, digits_.coin() ? FieldValue{size()} : FieldValue{}};
      case Field::metadata:
        return {field, JsonText{digits_.coin() ? R"({"a":1})" : R"({"b":{"c":[1.0]},"a":null})"}};
      case Field::supports_streaming:
      case Field::supports_tools:
      case Field::supports_vision:
      case Field::supports_reasoning:
      case Field::is_recommended:
        return {field, digits_.coin()};
      default:
        return {field, name()};
    }
  }
  ChangeModel change_some() {
    auto command = change(some(), {patch()});
    if (digits_.coin()) command.enabled = digits_.coin();
    return command;
  }
  DeprecateModel deprecate_some() {
    auto command = deprecate(some(), soon());
    if (digits_.coin()) command.replacement = digits_.coin() ? some() : some_system();
    if (digits_.coin()) command.message = name();
    return command;
  }
  RepriceModel reprice_some() {
    const std::array<const char*, 4> multipliers{"0", "1.5", "2", "300"};
    auto command = reprice(some_system(), multipliers[digits_.below(4)]);
    if (digits_.coin()) command.effective_at = soon();
    if (digits_.coin()) command.tier = digits_.coin() ? Tier::premium : Tier::standard;
    return command;
  }
  CatalogRow some_row() {
    auto out = row(name());
    if (digits_.coin()) out.end_of_life_at = digits_.coin() ? given_as(soon()) : given_null<Instant>();
    if (digits_.coin()) out.replacement_external_key = given_as("p/" + name());
    if (digits_.coin()) out.multiplier = digits_.coin() ? given_as(times("2")) : given_null<Multiplier>();
    if (digits_.coin()) out.enabled = given_as(digits_.coin());
    return out;
  }
  ImportCatalog import() {
    ImportCatalog command;
    const std::size_t rows = digits_.below(4);
    for (std::size_t i = 0; i < rows; ++i)
      command.rows.push_back(some_row());
    return command;
  }
  RevertImport revert() {
    std::vector<BatchId> batches;
    for (const Recorded& recorded : world_.log()) {
      const auto* imported = std::get_if<CatalogImported>(&recorded.event.payload);
      if (imported != nullptr) batches.push_back(imported->batch);
    }
    return {batches.empty() ? id(201) : batches[digits_.below(batches.size())]};
  }

  const World& world_;
  Digits& digits_;
  std::vector<ModelId> ids_;
};

}  // namespace

World peopled() {
  World world;
  world.append({system_created(id(1), world.now(), "a"), system_created(id(2), world.now(), "b"),
                user_created(id(3), id(1), world.now()), user_created(id(4), id(2), world.now()),
                user_created(id(5), id(1), world.now(), "other")});
  return world;
}

Sent command_from(const World& world, std::uint64_t number) {
  Digits digits(number);
  Sent sent;
  sent.command = Making(world, digits).make();
  switch (digits.below(8)) {
    case 0:
      sent.caller = member_of("acme");
      break;
    case 1:
      sent.caller = member_of("other", Plan::pro);
      break;
    default:
      sent.caller = operators();
      sent.caller.organization = "acme";
      break;
  }
  sent.later_ms = static_cast<std::int64_t>(digits.below(3)) * second;
  return sent;
}

std::vector<std::uint64_t> arbitrary_numbers() {
  return *rc::gen::resize(
      rc::kNominalSize, rc::gen::container<std::vector<std::uint64_t>>(rc::gen::arbitrary<std::uint64_t>()));
}

}  // namespace almanac::events::testing
