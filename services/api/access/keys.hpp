#pragma once
#include <atomic>
#include <chrono>
#include <condition_variable>
#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <mutex>
#include <string>
#include <string_view>
#include <thread>

#include <tl/expected.hpp>

struct _cjose_jwk_int;  // cjose_jwk_t

/// The public keys that tokens are verified by: from a JWKS (RFC 7517), refreshed in the background.
namespace almanac::api {

/// RSA keys by `kid`, immutable: a refresh makes another set. Any thread.
class KeySet {
 public:
  using Key = std::shared_ptr<_cjose_jwk_int>;

  /// Takes the RSA signature keys of 2048 bits and more that have a `kid`; others are left out and named in
  /// `left_out`. A text that is no JWKS, or one without a single usable key, is refused.
  static tl::expected<std::shared_ptr<const KeySet>, std::string> parse(std::string_view jwks,
                                                                        std::uint64_t epoch = 0);

  /// nullptr when there is none of that name.
  Key find(std::string_view kid) const;
  std::uint64_t epoch() const { return epoch_; }
  std::size_t size() const { return keys_.size(); }
  const std::string& left_out() const { return left_out_; }

 private:
  std::map<std::string, Key, std::less<>> keys_;
  std::uint64_t epoch_ = 0;
  std::string left_out_;
};

/// The key set in force. A background thread refreshes it every 10 minutes, on an unknown `kid` at most every
/// 30 seconds, and when told to; a failed fetch keeps the old keys and never admits a token. Any thread.
class Keys {
 public:
  struct Options {
    std::string source;  ///< an http(s) URL, or a file
    std::chrono::milliseconds refresh_every = std::chrono::minutes{10};
    std::chrono::milliseconds unknown_kid_every = std::chrono::seconds{30};
    /// Told of every fetch: the number of keys, or why it failed. From the background thread.
    std::function<void(const tl::expected<std::size_t, std::string>&)> told;
  };
  explicit Keys(Options options);
  ~Keys();
  Keys(const Keys&) = delete;
  Keys& operator=(const Keys&) = delete;

  /// Fetches once, on this thread: at start, so that a wrong source is heard of at once.
  tl::expected<std::size_t, std::string> fetch();
  /// Never null; empty before the first success.
  std::shared_ptr<const KeySet> current() const;
  std::uint64_t epoch() const { return epoch_.load(std::memory_order_acquire); }

  /// A token named a key that is not here. Does not wait; tells whether a fetch was set off.
  bool unknown_kid();
  /// SIGHUP: refresh now, in the background.
  void reload();

 private:
  void run();

  Options options_;
  std::atomic<std::shared_ptr<const KeySet>> current_;
  std::atomic<std::uint64_t> epoch_{0};
  std::mutex fetching_;
  std::string document_;  ///< what `current_` was made of; the same text again is no rotation
  std::mutex mutex_;
  std::condition_variable wake_;
  bool stop_ = false;
  bool wanted_ = false;
  std::chrono::steady_clock::time_point last_unknown_;
  std::thread thread_;
};

}  // namespace almanac::api
