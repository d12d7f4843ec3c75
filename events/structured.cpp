#include "events/codec.hpp"
#include "events/json_object.hpp"

namespace almanac::events {
namespace {

/// Never leaves through the API: a key's hash would let a reader guess keys.
bool hidden(std::string_view name, Visible visible, bool of_the_catalogue) {
  if (name == "ce_idempotencykey" || name == "content-type") return true;
  if (visible.attributes == Visible::Attributes::all || !of_the_catalogue) return false;
  return name == "ce_traceparent" || name == "ce_correlationid";
}

}  // namespace

std::string structured(const RecordView& record, const Hash& hash, Visible visible) {
  const bool of_the_catalogue = record.key == "catalogue";
  std::string out;
  out.reserve(record.value.size() + 1024);
  {
    json::ObjectWriter object(out);
    for (const auto& [name, text] : record.headers) {
      if (hidden(name, visible, of_the_catalogue)) continue;
      const std::string_view attribute = name.substr(name.starts_with("ce_") ? 3 : 0);
      const bool nameless =
          name == "ce_actor" && of_the_catalogue && visible.attributes == Visible::Attributes::tenant;
      object.text(attribute, nameless ? std::string_view("operator") : text);
    }
    object.text("datacontenttype", "application/json");
    object.text("hash", hex(hash));
    object.raw("data", record.value);
  }
  return out;
}

}  // namespace almanac::events
