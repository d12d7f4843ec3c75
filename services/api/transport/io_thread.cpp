#include "services/api/transport/io_thread.hpp"

#include <algorithm>
#include <array>
#include <future>
#include <random>

#include "services/api/transport/answer_bytes.hpp"

namespace almanac::api {
namespace {

/// A quarter of the shortest timeout: none fires more than that late.
std::chrono::milliseconds sweep_interval(const TransportSettings& s) {
  const auto shortest =
      std::min({s.head_timeout, s.body_timeout, s.idle_timeout, s.write_timeout, s.linger_timeout});
  return std::clamp(shortest / 4, std::chrono::milliseconds(5), std::chrono::milliseconds(1000));
}

}  // namespace

IoThread::IoThread(unsigned index, std::shared_ptr<TransportShared> shared)
    : index_(index), shared_(std::move(shared)) {
  std::random_device device;
  request_seed_ = (static_cast<std::uint64_t>(device()) << 32) ^ device();
  tick();
}

void IoThread::start() {
  std::promise<void> known;
  thread_ = std::thread([this, &known] {
    id_ = std::this_thread::get_id();
    arm_sweep();
    known.set_value();
    run();
  });
  known.get_future().wait();
}

void IoThread::run() {
  for (;;) {
    try {
      context_.run();
      return;
    } catch (...) {
      // Every piece of work guards itself (Connection::guarded); this is the last net, so that no input can
      // end the process. The connection that threw is closed by its timeout.
      shared_->figures.handler_exceptions.fetch_add(1, std::memory_order_relaxed);
    }
  }
}

void IoThread::wake(std::shared_ptr<Woken> one) {
  const std::lock_guard lock(door_);
  if (closed_) return;
  woken_.push_back(std::move(one));
  if (woken_.size() == 1) boost::asio::post(context_, [this] { wake_some(); });
}

void IoThread::wake_some() {
  constexpr std::size_t at_once = 16;
  std::array<std::shared_ptr<Woken>, at_once> some;
  {
    const std::lock_guard lock(door_);
    const std::size_t count = std::min(at_once, woken_.size());
    std::move(woken_.begin(), woken_.begin() + static_cast<std::ptrdiff_t>(count), some.begin());
    woken_.erase(woken_.begin(), woken_.begin() + static_cast<std::ptrdiff_t>(count));
    // Behind what is ready now and what the reactor finds next.
    if (!woken_.empty()) boost::asio::post(context_, [this] { wake_some(); });
  }
  for (const auto& one : some)
    if (one) one->woken();
}

void IoThread::arm_sweep() {
  timer_.expires_after(sweep_interval(settings()));
  timer_.async_wait([this](const boost::system::error_code& error) {
    if (error || finishing_) return;
    const SteadyTime now = tick();
    for_each([&](Swept& swept) { swept.sweep(now); });
    arm_sweep();
  });
}

template <class Function>
void IoThread::for_each(Function function) {
  // The one that is called may leave the list, no other does.
  for (Swept* at = first_; at != nullptr;) {
    Swept* const next = at->next_;
    function(*at);
    at = next;
  }
}

void IoThread::begin_stop() {
  post([this] {
    stopping_ = true;
    tick();
    for_each([](Swept& swept) { swept.stopping(); });
  });
}

void IoThread::finish_stop() {
  post([this] {
    finishing_ = true;
    timer_.cancel();
    for_each([](Swept& swept) { swept.abandon(); });
  });
  if (thread_.joinable()) thread_.join();
  {
    const std::lock_guard lock(door_);
    closed_ = true;
  }
  // What was posted between the last work and the closing of the door holds connections, which hold this.
  context_.restart();
  context_.poll();
}

void IoThread::add(std::shared_ptr<Swept> swept) {
  Swept& one = *swept;
  one.kept_ = std::move(swept);
  one.next_ = first_;
  if (first_ != nullptr) first_->previous_ = &one;
  first_ = &one;
}

void IoThread::remove(Swept& swept) {
  if (!swept.kept_) return;
  if (swept.previous_ != nullptr) swept.previous_->next_ = swept.next_;
  if (swept.next_ != nullptr) swept.next_->previous_ = swept.previous_;
  if (first_ == &swept) first_ = swept.next_;
  swept.next_ = swept.previous_ = nullptr;
  // The caller is a member of it: let it return first.
  boost::asio::post(context_, [kept = std::move(swept.kept_)] {});
}

SteadyTime IoThread::tick() {
  now_ = std::chrono::steady_clock::now();
  return now_;
}

const std::string& IoThread::date() {
  if (now_ >= date_until_) {
    const auto wall = std::chrono::system_clock::now();
    date_ = date_line(wall);
    date_until_ = now_ + (std::chrono::seconds(1) - wall.time_since_epoch() % std::chrono::seconds(1));
  }
  return date_;
}

std::uint64_t IoThread::next_request_id() {
  // splitmix64: every value once in 2^64 steps, with no order that a client could read.
  std::uint64_t z = (request_seed_ += 0x9e3779b97f4a7c15ULL);
  z = (z ^ (z >> 30)) * 0xbf58476d1ce4e5b9ULL;
  z = (z ^ (z >> 27)) * 0x94d049bb133111ebULL;
  return z ^ (z >> 31);
}

}  // namespace almanac::api
