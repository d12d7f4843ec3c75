#include "projections/value.hpp"

#include "projections/bytes.hpp"
#include "projections/rows.hpp"

namespace almanac::projections {
namespace {

using events::CatalogImported;
using events::RowVerdict;
using events::Verdict;

constexpr std::uint8_t layout = 1;

void check_layout(In& in) {
  if (in.u8() != layout) throw Damaged("a row of the read models has an unknown layout");
}

void write(Out& out, const RowVerdict& row) {
  out.count(row.row).sized(row.external_key).u8(row.model ? 1 : 0);
  if (row.model) out.id(*row.model);
  out.u8(static_cast<std::uint8_t>(row.verdict)).count(row.errors.size());
  for (const auto& [pointer, detail] : row.errors)
    out.sized(pointer).sized(detail);
}
RowVerdict read_verdict(In& in) {
  RowVerdict row;
  row.row = static_cast<std::uint32_t>(in.count());
  row.external_key = in.sized();
  if (in.u8() != 0) row.model = in.id();
  row.verdict = static_cast<Verdict>(in.u8());
  for (std::uint64_t left = in.count(); left > 0; --left) {
    std::string pointer = in.sized();
    row.errors.emplace_back(std::move(pointer), in.sized());
  }
  return row;
}

}  // namespace

std::string encode_price(const PriceValue& value) {
  Out out(24);
  out.u8(layout).u8(static_cast<std::uint8_t>(value.price.tier));
  out.u8(value.price.multiplier ? 1 : 0).u8(value.cancelled_by ? 1 : 0);
  if (value.price.multiplier) out.number(value.price.multiplier->millionths);
  if (value.cancelled_by) out.count(*value.cancelled_by);
  return out.take();
}
PriceValue decode_price(std::string_view value) {
  In in(value);
  check_layout(in);
  PriceValue price;
  price.price.tier = static_cast<events::Tier>(in.u8());
  const bool priced = in.u8() != 0;
  const bool cancelled = in.u8() != 0;
  if (priced) price.price.multiplier = events::Multiplier{in.number()};
  if (cancelled) price.cancelled_by = in.count();
  in.end();
  return price;
}

std::string encode_key(const KeyValue& value) {
  return Out(72)
      .u8(layout)
      .hash(value.fingerprint)
      .count(value.first)
      .count(value.last - value.first)
      .number(value.time.ms)
      .number(value.expires_at.ms)
      .take();
}
KeyValue decode_key(std::string_view value) {
  In in(value);
  check_layout(in);
  KeyValue key;
  key.fingerprint = in.hash();
  key.first = in.count();
  key.last = key.first + in.count();
  key.time.ms = in.number();
  key.expires_at.ms = in.number();
  in.end();
  return key;
}

std::string encode_batch(const events::Recorded& imported) {
  const auto& batch = std::get<CatalogImported>(imported.event.payload);
  Out out(64 + 64 * batch.rows.size());
  out.u8(layout).count(imported.stamp.position).count(imported.stamp.epoch).number(imported.stamp.time.ms);
  out.number(imported.event.effective_at.ms).id(batch.batch).u8(batch.reverts ? 1 : 0);
  if (batch.reverts) out.id(*batch.reverts);
  out.count(batch.first_position).count(batch.rows.size());
  for (const RowVerdict& row : batch.rows)
    write(out, row);
  return out.take();
}
events::Recorded decode_batch(std::string_view value) {
  In in(value);
  check_layout(in);
  events::Recorded imported;
  imported.stamp.position = in.count();
  imported.stamp.epoch = in.count();
  imported.stamp.time.ms = in.number();
  imported.event.effective_at.ms = in.number();
  CatalogImported batch;
  batch.batch = in.id();
  if (in.u8() != 0) batch.reverts = in.id();
  batch.first_position = in.count();
  for (std::uint64_t left = in.count(); left > 0; --left)
    batch.rows.push_back(read_verdict(in));
  in.end();
  imported.event.payload = std::move(batch);
  return imported;
}

std::string encode_writer(const WriterValue& value) {
  return Out(32).u8(layout).count(value.epoch).sized(value.node).sized(value.url).take();
}
WriterValue decode_writer(std::string_view value) {
  In in(value);
  check_layout(in);
  WriterValue writer;
  writer.epoch = in.count();
  writer.node = in.sized();
  writer.url = in.sized();
  in.end();
  return writer;
}

std::string encode_u64(std::uint64_t value) {
  return Out(8).u64(value).take();
}
std::uint64_t decode_u64(std::string_view value) {
  In in(value);
  const std::uint64_t number = in.u64();
  in.end();
  return number;
}

}  // namespace almanac::projections
