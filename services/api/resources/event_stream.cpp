#include "services/api/resources/event_stream.hpp"

#include "services/api/feed.hpp"
#include "services/api/resources/stream_pieces.hpp"

namespace almanac::api {
namespace {

constexpr std::size_t looked_at_once = 512;  // records; other connections of the thread wait meanwhile

void last_words(std::string& out, std::string_view comment) {
  out.append(": ").append(comment).append("\n\n");
}

std::string id_of(const LogPlace& place) {
  std::string id = std::to_string(place.position);
  if (place.hash_start) id.append(".").append(*place.hash_start);
  return id;
}

}  // namespace

EventStream::EventStream(const Service& service, EventTeller teller, LogPlace from,
                         events::Instant token_expires_at)
    : service_(service),
      teller_(std::move(teller)),
      walk_(*service.records, from.next()),
      next_(from.next()),
      token_expires_at_(token_expires_at),
      id_(id_of(from)) {
  if (from.hash_start) unchecked_ = std::move(from);
}

EventStream::~EventStream() {
  if (feed_id_) service_.feed->leave(*feed_id_);
}

void EventStream::started(const Waker& waker) {
  feed_id_ = service_.feed->join(waker);
}

std::optional<BodySource::Pull> EventStream::check_place(std::string& out, events::Position end) {
  if (!unchecked_ || unchecked_->position >= end) return std::nullopt;
  const auto read = service_.records->read(unchecked_->position, 1);
  if (!read || read->empty()) return Pull::abort;
  if (!unchecked_->names(read->front().record.hash)) {
    last_words(out, "this is not the log that you read");
    return Pull::end;
  }
  unchecked_.reset();
  return std::nullopt;
}

/// Nullopt: everything before `end` has been looked at.
std::optional<BodySource::Pull> EventStream::read_on(std::string& out, std::size_t bytes_max,
                                                     events::Position end) {
  const std::size_t begin = out.size();
  for (std::size_t looked_at = 0; looked_at < looked_at_once && out.size() - begin < bytes_max; ++looked_at) {
    const auto entry = walk_.next(end);
    if (!entry) return Pull::abort;
    if (*entry == nullptr) return std::nullopt;
    next_ = (*entry)->position + 1;
    id_ = LogPlace::text((*entry)->position, (*entry)->record.hash);
    const auto told = teller_.tell(**entry);
    if (!told) continue;
    out.append("event: ").append(told->type).append("\nid: ").append(id_);
    out.append("\ndata: ").append(told->json).append("\n\n");
  }
  return Pull::more;
}

std::optional<BodySource::Pull> EventStream::read_with_others(std::string& out, std::size_t bytes_max,
                                                              events::Position end) {
  if (next_ >= end || teller_.audience().empty()) return read_on(out, bytes_max, end);
  if (const auto piece = service_.stream_pieces->find(next_, end, teller_.audience())) {
    out.append(piece->bytes);
    id_ = piece->id;
    next_ = end;
    walk_.go_to(end);
    return std::nullopt;
  }
  const events::Position from = next_;
  const std::size_t begin = out.size();
  const auto how = read_on(out, bytes_max, end);
  const std::string_view told = std::string_view(out).substr(begin);
  if (!how && told.size() <= StreamPieces::piece_bytes_max)
    service_.stream_pieces->keep({from, end, std::string(teller_.audience()), std::string(told), id_});
  return how;
}

BodySource::Pull EventStream::pull(std::string& out, std::size_t bytes_max) {
  if (stopping_) {
    last_words(out, "the node stops; come back with Last-Event-ID");
    return Pull::end;
  }
  if (service_.now() >= token_expires_at_) {
    last_words(out, "the token has expired; come back with a new one and Last-Event-ID");
    return Pull::end;
  }
  const auto applied = service_.projector.latest()->applied().position;
  const events::Position end = applied ? *applied + 1 : 0;
  const std::size_t begin = out.size();
  if (const auto over = check_place(out, end)) return *over;
  const auto how = read_with_others(out, bytes_max, end);
  if (how == Pull::abort) return Pull::abort;
  const Steady::time_point now = Steady::now();
  if (out.size() == begin && now - told_at_ >= service_.settings.stream_heartbeat)
    out.append("id: ").append(id_).append("\n\n");
  if (out.size() != begin) told_at_ = now;
  return how.value_or(Pull::wait);
}

}  // namespace almanac::api
