#include "events/log/kafka/transaction.hpp"

#include <array>

#include "events/log/kafka/message.hpp"

namespace almanac::log::kafka {
namespace {

using How = TransactionEnd::How;
using Deadline = std::chrono::steady_clock::time_point;

/// Records that are sent and not reported on: what a batch larger than memory may hold of it.
constexpr std::size_t under_way_max = 20000;

constexpr auto last_words_wait = std::chrono::milliseconds(200);

std::string text_of(const rd_kafka_error_t& error) {
  return std::string(rd_kafka_error_string(&error)) + " (" + rd_kafka_error_name(&error) + ")";
}

rd_kafka_vu_t variable(rd_kafka_vtype_t type) {
  rd_kafka_vu_t value{};
  value.vtype = type;
  return value;
}

rd_kafka_vu_t bytes(rd_kafka_vtype_t type, std::string_view text) {
  rd_kafka_vu_t value = variable(type);
  value.u.mem.ptr = const_cast<char*>(text.data());  // librdkafka copies and does not write
  value.u.mem.size = text.size();
  return value;
}

}  // namespace

tl::expected<std::unique_ptr<Producer>, Failure> Producer::claim(const Options& options, Deadline deadline) {
  std::unique_ptr<Producer> producer(new Producer());
  auto handle = Handle::open(options, Role::producer, &Producer::delivered, producer.get());
  if (!handle) return tl::unexpected(handle.error());
  producer->handle_ = std::move(*handle);
  const Owned<rd_kafka_error_t> error(
      rd_kafka_init_transactions(producer->handle_->get(), milliseconds_until(deadline)));
  if (error != nullptr) {
    return tl::unexpected(Failure{"the log cannot be claimed: " + text_of(*error),
                                  "look whether the brokers run, can be reached from here, and give this "
                                  "client the right to its transactional id"});
  }
  // The first transaction of a producer that does not know its topic yet takes a second.
  const rd_kafka_metadata_t* raw = nullptr;
  rd_kafka_metadata(producer->handle_->get(), 0, producer->handle_->topic(), &raw,
                    milliseconds_until(deadline));
  const Owned<const rd_kafka_metadata_t> warmed(raw);
  return producer;
}

Producer::~Producer() {
  if (handle_ == nullptr) return;
  // A handle that goes at the moment at which it asks for the partition ends the program (README.md, traps).
  await_reports(0, std::chrono::steady_clock::now() + last_words_wait);
  rd_kafka_purge(handle_->get(),
                 RD_KAFKA_PURGE_F_QUEUE | RD_KAFKA_PURGE_F_INFLIGHT | RD_KAFKA_PURGE_F_NON_BLOCKING);
}

void Producer::delivered(rd_kafka_t*, const rd_kafka_message_t* message, void* self) {
  auto& producer = *static_cast<Producer*>(self);
  ++producer.reports_;
  if (message->err != RD_KAFKA_RESP_ERR_NO_ERROR && producer.failed_ == RD_KAFKA_RESP_ERR_NO_ERROR)
    producer.failed_ = message->err;
}

TransactionEnd Producer::commit(std::span<const Record> records, Deadline deadline) {
  auto end = begin();
  for (auto record = records.begin(); record != records.end() && end.how == How::committed; ++record)
    end = add(*record, deadline);
  return end.how == How::committed ? finish(deadline) : end;
}

TransactionEnd Producer::begin() {
  if (const Owned<rd_kafka_error_t> error(rd_kafka_begin_transaction(handle_->get())); error != nullptr)
    return given_up(rd_kafka_error_code(error.get()), "begin a transaction");
  sent_ = reports_ = 0;
  failed_ = RD_KAFKA_RESP_ERR_NO_ERROR;
  return {};
}

TransactionEnd Producer::add(const Record& record, Deadline deadline) {
  auto error = produce(record);
  while (error == RD_KAFKA_RESP_ERR__QUEUE_FULL && std::chrono::steady_clock::now() < deadline) {
    rd_kafka_poll(handle_->get(), 10);
    error = produce(record);
  }
  if (error != RD_KAFKA_RESP_ERR_NO_ERROR) return given_up(error, "send the records");
  ++sent_;
  return await_reports(under_way_max, deadline);
}

TransactionEnd Producer::finish(Deadline deadline) {
  // commit_transaction would wait for the reports itself, but looks for them only every 10 ms.
  if (auto sent = await_reports(0, deadline); sent.how != How::committed) return sent;
  const Owned<rd_kafka_error_t> error(
      rd_kafka_commit_transaction(handle_->get(), milliseconds_until(deadline)));
  if (error == nullptr) return {How::committed, {}};
  // Even a fence does not tell: the commit may have been taken, its answer lost, and the fence met on asking
  // again.
  return {fenced_by(rd_kafka_error_code(error.get())) ? How::overtaken : How::in_doubt,
          "whether the records were committed is not known: " + text_of(*error)};
}

TransactionEnd Producer::await_reports(std::size_t under_way, Deadline deadline) {
  while (sent_ - reports_ > under_way) {
    rd_kafka_poll(handle_->get(), std::min(50, milliseconds_until(deadline)));
    if (fatal() != RD_KAFKA_RESP_ERR_NO_ERROR) return given_up(fatal(), "send the records");
    if (failed_ != RD_KAFKA_RESP_ERR_NO_ERROR) return given_up(failed_, "send the records");
    if (sent_ - reports_ > under_way && std::chrono::steady_clock::now() >= deadline)
      return given_up(RD_KAFKA_RESP_ERR__TIMED_OUT, "send the records");
  }
  if (failed_ != RD_KAFKA_RESP_ERR_NO_ERROR) return given_up(failed_, "send the records");
  return {};
}

rd_kafka_resp_err_t Producer::produce(const Record& record) {
  const auto view = events::view_of(record.bytes);
  if (!view) return RD_KAFKA_RESP_ERR_INVALID_RECORD;
  auto headers = headers_of(*view);
  std::array<rd_kafka_vu_t, 6> all{};
  all[0] = variable(RD_KAFKA_VTYPE_RKT);
  all[0].u.rkt = handle_->topic();
  all[1] = variable(RD_KAFKA_VTYPE_PARTITION);
  all[1].u.i32 = 0;
  all[2] = variable(RD_KAFKA_VTYPE_MSGFLAGS);
  all[2].u.i = RD_KAFKA_MSG_F_COPY;
  all[3] = bytes(RD_KAFKA_VTYPE_KEY, view->key);
  all[4] = bytes(RD_KAFKA_VTYPE_VALUE, view->value);
  all[5] = variable(RD_KAFKA_VTYPE_HEADERS);
  all[5].u.headers = headers.get();
  const Owned<rd_kafka_error_t> error(rd_kafka_produceva(handle_->get(), all.data(), all.size()));
  if (error != nullptr) return rd_kafka_error_code(error.get());
  static_cast<void>(headers.release());  // now the message's
  return RD_KAFKA_RESP_ERR_NO_ERROR;
}

rd_kafka_resp_err_t Producer::fatal() const {
  std::array<char, 256> text{};
  return rd_kafka_fatal_error(handle_->get(), text.data(), text.size());
}

bool Producer::fenced_by(rd_kafka_resp_err_t error) const {
  return error == RD_KAFKA_RESP_ERR__FENCED || error == RD_KAFKA_RESP_ERR_PRODUCER_FENCED ||
         fatal() == RD_KAFKA_RESP_ERR__FENCED || fatal() == RD_KAFKA_RESP_ERR_PRODUCER_FENCED;
}

TransactionEnd Producer::given_up(rd_kafka_resp_err_t error, const std::string& doing) const {
  return {fenced_by(error) ? How::fenced : How::not_committed,
          "cannot " + doing + ": " + rd_kafka_err2str(error) + "; nothing was written"};
}

}  // namespace almanac::log::kafka
