#include "events/log/kafka/message.hpp"

#include <algorithm>

namespace almanac::log::kafka {
namespace {

bool any_name_twice(const events::RecordFields& fields) {
  std::vector<std::string_view> names;
  for (const auto& [name, value] : fields.headers)
    names.push_back(name);
  std::sort(names.begin(), names.end());
  return std::adjacent_find(names.begin(), names.end()) != names.end();
}

}  // namespace

std::optional<Record> record_of(const rd_kafka_message_t& message) {
  constexpr std::size_t headers_max = 1000, name_bytes_max = 0xFFFF;
  // An empty text is not the same as none, but would have the same canonical bytes.
  if (message.key == nullptr || message.payload == nullptr) return std::nullopt;
  events::RecordFields fields;
  fields.key.assign(static_cast<const char*>(message.key), message.key_len);
  fields.value.assign(static_cast<const char*>(message.payload), message.len);
  rd_kafka_headers_t* headers = nullptr;
  if (rd_kafka_message_headers(&message, &headers) != RD_KAFKA_RESP_ERR_NO_ERROR) return std::nullopt;
  const char* name = nullptr;
  const void* value = nullptr;
  std::size_t size = 0;
  for (std::size_t i = 0;
       rd_kafka_header_get_all(headers, i, &name, &value, &size) == RD_KAFKA_RESP_ERR_NO_ERROR; ++i) {
    if (value == nullptr || i >= headers_max) return std::nullopt;
    fields.headers.emplace_back(name, std::string(static_cast<const char*>(value), size));
    if (fields.headers.back().first.size() > name_bytes_max) return std::nullopt;
  }
  if (any_name_twice(fields)) return std::nullopt;
  return events::seal(std::move(fields));
}

Owned<rd_kafka_headers_t> headers_of(const events::RecordView& record) {
  Owned<rd_kafka_headers_t> headers(rd_kafka_headers_new(record.headers.size()));
  for (const auto& [name, value] : record.headers) {
    rd_kafka_header_add(headers.get(), name.data(), static_cast<ssize_t>(name.size()), value.data(),
                        static_cast<ssize_t>(value.size()));
  }
  return headers;
}

}  // namespace almanac::log::kafka
