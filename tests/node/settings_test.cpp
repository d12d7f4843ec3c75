#include "services/node/settings.hpp"

#include <gmock/gmock.h>
#include <unistd.h>

#include <filesystem>
#include <fstream>
#include <iterator>

#include "events/json.hpp"
#include "services/node/setting_rules.hpp"
#include "services/node/settings_table.hpp"

namespace almanac::node {
namespace {

using testing::AllOf;
using testing::Contains;
using testing::ElementsAre;
using testing::Field;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::SizeIs;

const Machine machine{.cores = 3, .descriptors_max = 65'536, .host_name = "host", .terminal = false};

tl::expected<Settings, SettingFaults> read(std::vector<std::string> arguments,
                                           std::vector<std::string> environment = {}) {
  return read_settings(gather_settings(arguments, environment), machine);
}

std::vector<std::string> faults_of(std::vector<std::string> arguments,
                                   std::vector<std::string> environment = {}) {
  std::vector<std::string> texts;
  const auto settings = read(std::move(arguments), std::move(environment));
  if (settings) return texts;
  for (const auto& fault : settings.error())
    texts.push_back(fault.text());
  return texts;
}

class SettingsFile : public testing::Test {
 protected:
  void SetUp() override {
    const auto* info = testing::UnitTest::GetInstance()->current_test_info();
    directory_ = std::filesystem::temp_directory_path() /
                 ("almanac-settings-" + std::to_string(::getpid()) + "-" + info->name());
    std::filesystem::create_directories(directory_);
  }
  void TearDown() override { std::filesystem::remove_all(directory_); }
  std::string write(const std::string& name, const std::string& text) {
    const auto path = directory_ / name;
    std::ofstream(path) << text;
    return path.string();
  }
  std::filesystem::path directory_;
};

TEST(Settings, hold_their_defaults) {
  const auto settings = read({});
  ASSERT_TRUE(settings.has_value());
  EXPECT_EQ(settings->http.listen.text(), "127.0.0.1:8080");
  EXPECT_EQ(settings->http.threads, 3U);
  EXPECT_EQ(settings->http.public_url, "http://127.0.0.1:8080");
  EXPECT_EQ(settings->http.max_body_bytes, 1U << 20);
  EXPECT_EQ(settings->http.max_connections, 20'000U);
  EXPECT_EQ(settings->data.dir, "./almanac-data");
  EXPECT_EQ(settings->data.min_free_bytes, 256U << 20);
  EXPECT_EQ(settings->node.id, "host");
  EXPECT_EQ(settings->limits.organization_per_minute, 300U);
  EXPECT_EQ(settings->limits.user_per_minute, 60U);
  EXPECT_TRUE(settings->policy.create_on_deprecated);
  EXPECT_EQ(settings->max_staleness_s, 30U);
  EXPECT_FALSE(settings->auth.jwks.has_value());
  EXPECT_TRUE(settings->log.json);
}

TEST(Settings, leave_two_thousand_descriptors_to_others) {
  const auto asked = gather_settings({}, {});
  EXPECT_EQ(read_settings(asked, {.descriptors_max = 4096})->http.max_connections, 2096U);
  EXPECT_EQ(read_settings(asked, {.descriptors_max = 1024})->http.max_connections, 512U);
}

TEST(Settings, refuse_a_machine_whose_descriptors_do_not_carry_a_node) {
  const auto asked = gather_settings({}, {});
  EXPECT_EQ(read_settings(asked, {.descriptors_max = 600})->http.max_connections, 88U);
  const auto settings = read_settings(asked, {.descriptors_max = 512});
  ASSERT_FALSE(settings.has_value());
  EXPECT_THAT(settings.error().front().text(), HasSubstr("the descriptor limit is 512"));
}

TEST(Settings, cannot_ask_for_more_connections_than_descriptors) {
  const auto settings =
      read_settings(gather_settings({"--http.max_connections", "4000"}, {}), {.descriptors_max = 4096});
  ASSERT_FALSE(settings.has_value());
  EXPECT_THAT(settings.error().front().text(), HasSubstr("the descriptor limit is 4096"));
}

TEST_F(SettingsFile, flags_stand_over_environment_over_file_over_default) {
  const auto file =
      write("a.conf",
            "# comment\nhttp.threads = 5\nhttp.idle_timeout_s = 6\n\n[limits]\nuser_per_minute = 7\n"
            "http.head_timeout_s = 1\n");
  const auto settings = read({"--config", file, "--http.threads=9"},
                             {"ALMANAC_HTTP_THREADS=8", "ALMANAC_HTTP_IDLE_TIMEOUT_S=8", "PATH=/bin"});
  ASSERT_FALSE(settings.has_value());  // the last line stands in the section, where there is no such setting
  EXPECT_EQ(settings.error().front().text(),
            "limits.http.head_timeout_s (" + file + ":7): there is no such setting");
  write("a.conf", "# comment\nhttp.threads = 5\nhttp.idle_timeout_s = 6\n\n[limits]\nuser_per_minute = 7\n");
  const auto mended = read({"--config", file, "--http.threads=9"},
                           {"ALMANAC_HTTP_THREADS=8", "ALMANAC_HTTP_IDLE_TIMEOUT_S=8", "PATH=/bin"});
  ASSERT_TRUE(mended.has_value());
  EXPECT_EQ(mended->http.threads, 9U);
  EXPECT_EQ(mended->http.idle_timeout_s, 8U);
  EXPECT_EQ(mended->limits.user_per_minute, 7U);
  EXPECT_THAT(mended->shown,
              Contains(AllOf(Field(&ShownSetting::name, "limits.user_per_minute"),
                             Field(&ShownSetting::value, "7"), Field(&ShownSetting::source, file + ":6"))));
  EXPECT_THAT(mended->shown,
              Contains(AllOf(Field(&ShownSetting::name, "http.idle_timeout_s"),
                             Field(&ShownSetting::source, "environment ALMANAC_HTTP_IDLE_TIMEOUT_S"))));
  EXPECT_THAT(mended->shown, Contains(AllOf(Field(&ShownSetting::name, "http.threads"),
                                            Field(&ShownSetting::source, "flag"))));
}

TEST_F(SettingsFile, every_fault_is_told_at_once_with_its_source) {
  const auto file = write("a.conf", "http.threads = many\nno.such = 1\nhttp.max_body_bytes = 1\n");
  EXPECT_THAT(
      faults_of({"--config", file, "--http.listen", "somewhere", "--nonsense", "--log.level", "loud"},
                {"ALMANAC_HTTP_IDLE_TIMEOUT_S=0", "ALMANAC_HTTP_LISTN=x"}),
      testing::UnorderedElementsAre(
          "nonsense (flag): there is no such setting",
          "ALMANAC_HTTP_LISTN (environment): no setting has that variable",
          "no.such (" + file + ":2): there is no such setting",
          "http.listen (flag): must be an address and a port, such as 127.0.0.1:8080 or [::1]:8080",
          "http.threads (" + file + ":1): must be a whole number, 1 to 1024",
          "http.max_body_bytes (" + file + ":3): must be a whole number, 1024 to 1073741824",
          "http.idle_timeout_s (environment ALMANAC_HTTP_IDLE_TIMEOUT_S): must be a whole number, 1 to 86400",
          "log.level (flag): must be one of trace, debug, info, warn, error"));
}

TEST_F(SettingsFile, one_source_says_a_thing_once) {
  const auto file = write("a.conf", "http.threads = 1\nhttp.threads = 2\n");
  EXPECT_THAT(faults_of({"--config", file}),
              ElementsAre("http.threads (" + file + ":2): is given twice, first by " + file + ":1"));
  EXPECT_THAT(faults_of({"--http.threads", "1", "--http.threads", "2"}), SizeIs(1));
}

TEST(Settings, a_file_that_is_not_there_is_a_fault) {
  EXPECT_THAT(faults_of({"--config", "/no/such/file"}),
              ElementsAre("config (/no/such/file): the file cannot be read"));
}

TEST(Settings, a_misspelt_flag_is_never_guessed) {
  EXPECT_THAT(faults_of({"--http.thread", "2"}), Contains("http.thread (flag): there is no such setting"));
  EXPECT_THAT(faults_of({"http.threads=2"}), Contains("(flag): `http.threads=2` belongs to no setting"));
  EXPECT_THAT(faults_of({"--http.threads"}), SizeIs(1));
}

TEST(Settings, the_development_issuer_serves_loopback_only_unless_told_aloud) {
  EXPECT_THAT(faults_of({"--http.listen", "0.0.0.0:8080"}),
              ElementsAre(HasSubstr("the development issuer refuses to serve there")));
  EXPECT_THAT(faults_of({"--http.listen", "0.0.0.0:8080", "--auth.development"}), IsEmpty());
  EXPECT_THAT(faults_of({"--http.listen", "[::1]:0"}), IsEmpty());
  EXPECT_THAT(faults_of({"--http.listen", "0.0.0.0:80", "--auth.jwks", "k.json", "--auth.project", "p"}),
              IsEmpty());
}

TEST(Settings, that_contradict_each_other_are_refused) {
  EXPECT_THAT(faults_of({"--auth.jwks", "k.json", "--auth.project", "p", "--auth.development", "true"}),
              ElementsAre(HasSubstr("does not start together with a configured provider")));
  EXPECT_THAT(faults_of({"--auth.jwks", "k.json"}), ElementsAre(HasSubstr("needs auth.project")));
  EXPECT_THAT(faults_of({"--auth.issuer", "x"}), ElementsAre(HasSubstr("of no use without auth.jwks")));
  EXPECT_THAT(faults_of({"--http.tls.key", "k.pem"}), ElementsAre(HasSubstr("come together")));
  EXPECT_THAT(faults_of({"--log.engine", "kafka"}), ElementsAre(HasSubstr("needs kafka.brokers")));
  EXPECT_THAT(faults_of({"--kafka.brokers", "b:9092"}), ElementsAre(HasSubstr("say log.engine = kafka")));
  EXPECT_THAT(faults_of({"--ops.listen", "127.0.0.1:8080"}), ElementsAre(HasSubstr("is http.listen")));
}

TEST(Settings, roles_give_scopes) {
  const auto settings = read({"--auth.roles.reader", "models:read events:read"},
                             {"ALMANAC_AUTH_ROLES_STYTCH_MEMBER=models:read"});
  ASSERT_TRUE(settings.has_value());
  EXPECT_TRUE(settings->auth.roles.at("reader").has(events::Scope::events_read));
  EXPECT_FALSE(settings->auth.roles.at("stytch_member").has(events::Scope::models_write));
  EXPECT_THAT(faults_of({"--auth.roles.reader", "models:reed"}),
              ElementsAre(HasSubstr("`models:reed` is no scope")));
}

TEST_F(SettingsFile, secrets_come_from_files_and_are_never_shown) {
  const auto secret = write("password", "s3cret\n");
  const auto settings = read(
      {"--log.engine", "kafka", "--kafka.brokers", "b:9092", "--kafka.properties.sasl.password_file", secret},
      {"ALMANAC_KAFKA_PROPERTIES_SECURITY_PROTOCOL=SASL_SSL"});
  ASSERT_TRUE(settings.has_value());
  EXPECT_EQ(settings->kafka.properties.at("sasl.password"), "s3cret");
  EXPECT_EQ(settings->kafka.properties.at("security.protocol"), "SASL_SSL");
  const auto text = as_text(settings->shown);
  EXPECT_THAT(text, HasSubstr("kafka.properties.sasl.password = ********"));
  EXPECT_THAT(text, testing::Not(HasSubstr("s3cret")));
  EXPECT_THAT(as_json(settings->shown), testing::Not(HasSubstr("s3cret")));
  EXPECT_THAT(faults_of({"--kafka.properties.sasl.password_file", "/no/such"}), SizeIs(1));
}

TEST_F(SettingsFile, what_config_print_shows_can_be_read_again) {
  const auto first = read({"--http.listen", "127.0.0.1:0", "--limits.user_per_minute", "5"});
  ASSERT_TRUE(first.has_value());
  const auto second = read({"--config", write("printed.conf", as_text(first->shown))});
  ASSERT_TRUE(second.has_value()) << second.error().front().text();
  ASSERT_EQ(second->shown.size(), first->shown.size());
  for (std::size_t i = 0; i < first->shown.size(); ++i) {
    EXPECT_EQ(second->shown[i].value, first->shown[i].value) << first->shown[i].name;
  }
  EXPECT_TRUE(events::json::parse(as_json(first->shown)).has_value());
}

TEST(Settings, variables_of_others_under_the_same_prefix_are_left_alone) {
  EXPECT_THAT(faults_of({}, {"ALMANAC_SERVICE_HOST=10.0.0.1", "ALMANAC_PORT_8080_TCP=tcp://10.0.0.1:8080",
                             "ALMANAC_PORT=tcp://10.0.0.1:8080", "ALMANAC_TOKEN=x", "ALMANAC_URL=y",
                             "ALMANAC_BINARY=z"}),
              IsEmpty());
}

TEST(Settings, loss_is_accepted_by_a_flag_alone) {
  EXPECT_EQ(read({"--accept-loss-after", "812"})->accept_loss_after, 812U);
  EXPECT_THAT(faults_of({"--accept-loss-after", "-1"}), SizeIs(1));
  EXPECT_FALSE(read({}, {"ALMANAC_ACCEPT_LOSS_AFTER=1"})->accept_loss_after.has_value());
}

TEST(Settings, bytes_take_binary_units) {
  EXPECT_EQ(read({"--data.min_free_bytes", "2GiB"})->data.min_free_bytes, std::uint64_t{2} << 30);
  EXPECT_EQ(read({"--data.min_free_bytes", "0"})->data.min_free_bytes, 0U);
  EXPECT_THAT(faults_of({"--data.min_free_bytes", "99999999999GiB"}), SizeIs(1));
  EXPECT_THAT(faults_of({"--data.min_free_bytes", "1MB"}), SizeIs(1));
}

tl::expected<std::filesystem::path, SettingFaults> data_dir(std::vector<std::string> arguments,
                                                            std::vector<std::string> environment = {}) {
  return read_data_dir(gather_settings(arguments, environment));
}

TEST_F(SettingsFile, a_command_on_files_passes_over_what_says_nothing_of_them) {
  const auto file = write("a.conf",
                          "data.dir = /somewhere\nauth.jwks = /keys.json\nauth.development = true\n"
                          "http.threads = 0\nhttp.listen = 0.0.0.0:80\npolicy.min_notice_days = soon\n");
  EXPECT_THAT(faults_of({"--config", file}), SizeIs(4));
  const auto directory =
      data_dir({"--config", file}, {"ALMANAC_KAFKA_PROPERTIES_SASL_PASSWORD_FILE=/nowhere"});
  ASSERT_TRUE(directory) << directory.error().front().text();
  EXPECT_EQ(*directory, "/somewhere");
}

TEST(Settings, a_command_on_files_refuses_what_may_be_about_them) {
  EXPECT_EQ(data_dir({"--data.dir", "/a", "--log.engine", "parchment"}).error().size(), 1U);
  EXPECT_EQ(data_dir({"--data.dir", "/a", "--data.min_free_bytes", "much"}).error().size(), 1U);
  EXPECT_EQ(data_dir({"--config", "/nowhere.conf"}).error().size(), 1U);
  EXPECT_EQ(data_dir({}, {"ALMANAC_DATA_DRI=/a"}).error().size(), 1U) << "misspelt, and then the default";
}

TEST(Settings, have_a_page_that_is_made_from_the_table) {
  std::ifstream file(ALMANAC_SOURCE_DIR "/docs/settings.md");
  const std::string page{std::istreambuf_iterator<char>(file), {}};
  EXPECT_EQ(page, settings_page()) << "docs/settings.md: write it anew by `almanac config page`";
}

}  // namespace
}  // namespace almanac::node
