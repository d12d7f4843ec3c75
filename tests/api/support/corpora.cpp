#include "tests/api/support/corpora.hpp"

#include <algorithm>
#include <fstream>
#include <iterator>
#include <regex>

namespace almanac::api::testing {
namespace {

namespace fs = std::filesystem;

std::string read_file(const fs::path& path) {
  std::ifstream file(path, std::ios::binary);
  return {std::istreambuf_iterator<char>(file), {}};
}

std::vector<fs::path> sorted(const fs::path& folder, const std::string& extension) {
  std::vector<fs::path> paths;
  std::error_code absent;
  for (const auto& entry : fs::directory_iterator(folder, absent))
    if (extension.empty() || entry.path().extension() == extension) paths.push_back(entry.path());
  std::sort(paths.begin(), paths.end());
  return paths;
}

/// The escapes of both corpora: \r \n \t \f \v \0 \" \\ and \xHH.
std::string unescape(const std::string& text) {
  std::string out;
  for (std::size_t i = 0; i < text.size(); ++i) {
    if (text[i] != '\\' || i + 1 == text.size()) {
      out += text[i];
      continue;
    }
    const char kind = text[++i];
    constexpr std::string_view names = "rntfv0", values{"\r\n\t\f\v\0", 6};
    const auto at = names.find(kind);
    if (kind == 'x' && i + 2 < text.size()) {
      out += static_cast<char>(std::stoi(text.substr(i + 1, 2), nullptr, 16));
      i += 2;
    } else if (at != std::string_view::npos) {
      out += values[at];
    } else {
      out += kind;
    }
  }
  return out;
}

/// A fenced block as llhttp's own test/fixtures have it: a line end is CR LF, `\` before one joins the lines,
/// escapes stand for themselves, the last line end belongs to the fence.
std::string llhttp_bytes(std::string block) {
  if (!block.empty() && block.back() == '\n') block.pop_back();
  block = std::regex_replace(block, std::regex("\\\\\n"), "");
  std::string wire;
  for (const char c : block)
    wire += c == '\n' ? std::string("\r\n") : std::string(1, c);
  return unescape(wire);
}

std::string block_after(const std::string& text, const std::string& fence, std::size_t& at) {
  const std::size_t begin = text.find(fence + "\n", at);
  if (begin == std::string::npos) return at = std::string::npos, "";
  const std::size_t inside = begin + fence.size() + 1;
  const std::size_t end = text.find("```", inside);
  at = end + 3;
  return text.substr(inside, end - inside);
}

std::size_t count(const std::string& text, const std::string& part) {
  std::size_t found = 0;
  for (std::size_t at = text.find(part); at != std::string::npos; at = text.find(part, at + 1))
    ++found;
  return found;
}

/// A scalar of the YAML subset that the corpus is written in.
std::string scalar(std::string text) {
  text.erase(0, text.find_first_not_of(' '));
  while (!text.empty() && text.back() == ' ')
    text.pop_back();
  if (text.size() >= 2 && text.front() == '"') return unescape(text.substr(1, text.rfind('"') - 1));
  if (text.size() >= 2 && text.front() == '\'') return text.substr(1, text.rfind('\'') - 1);
  const auto comment = text.find(" #");
  return text.substr(0, comment);
}

}  // namespace

fs::path corpora() {
  return fs::path(ALMANAC_SHARED_DIR) / "corpora";
}

std::vector<WireCase> llhttp_cases() {
  std::vector<WireCase> cases;
  for (const fs::path& path : sorted(corpora() / "llhttp/test/request", ".md")) {
    const std::string text = read_file(path);
    for (std::size_t at = 0; at != std::string::npos;) {
      const std::size_t from = at;
      const std::string block = block_after(text, "```http", at);
      if (at == std::string::npos) break;
      std::size_t behind = at;
      const std::string log = block_after(text, "```log", behind);
      const std::size_t meta = text.rfind("<!-- meta=", at);
      WireCase one;
      one.name = path.stem().string() + " #" + std::to_string(cases.size());
      one.bytes = llhttp_bytes(block);
      one.messages = count(log, "message complete");
      one.refused = log.find("error code=") != std::string::npos;
      one.lenient = meta != std::string::npos && meta >= from &&
                    text.substr(meta, 80).find("lenient") != std::string::npos;
      cases.push_back(std::move(one));
    }
  }
  return cases;
}

std::vector<WireCase> desync_cases() {
  std::vector<WireCase> cases;
  for (const fs::path& path : sorted(corpora() / "http-desync-guardian/tests", ".yaml")) {
    std::ifstream file(path);
    std::string line, key, method, uri, version, headers, header_name;
    const auto value_of = [&](const char* what) {
      const std::regex shape("^\\s*(- )?" + std::string(what) + ":(.*)$");
      std::smatch match;
      if (!std::regex_match(line, match, shape)) return false;
      key = scalar(match[2]);
      return true;
    };
    while (std::getline(file, line)) {
      const bool top = line.rfind("- name:", 0) == 0;
      if (top) {
        value_of("name");
        cases.push_back({path.stem().string() + ": " + key, "", "", 0, false, false});
        method.clear(), uri.clear(), version.clear(), headers.clear();
      } else if (line.rfind("    - name:", 0) == 0 && value_of("name")) {
        header_name = key;
      } else if (line.rfind("      value:", 0) == 0 && value_of("value")) {
        headers += header_name + ": " + key + "\r\n";
      } else if (value_of("uri")) {
        uri = key;
      } else if (value_of("method")) {
        method = key;
      } else if (value_of("version")) {
        version = key;
      } else if (line.rfind("    tier:", 0) == 0 && value_of("tier")) {
        cases.back().tier = key;
        cases.back().bytes = method + " " + uri + " " + version + "\r\n" + headers + "\r\n";
      }
    }
  }
  return cases;
}

std::vector<WireCase> files_of(const std::string& folder) {
  std::vector<WireCase> cases;
  for (const fs::path& path : sorted(corpora() / folder, ""))
    cases.push_back({path.filename().string(), read_file(path), "", 0, false, false});
  return cases;
}

std::string with_hosts(const std::string& bytes) {
  static const std::regex request_line("([A-Z-]+ [^ \r\n]+ HTTP/1\\.[01]\r\n)");
  std::string out;
  std::size_t done = 0;
  for (std::sregex_iterator it(bytes.begin(), bytes.end(), request_line), end; it != end; ++it) {
    const auto behind = static_cast<std::size_t>(it->position() + it->length());
    out += bytes.substr(done, behind - done);
    done = behind;
    const std::string head = bytes.substr(behind, bytes.find("\r\n\r\n", behind) - behind);
    static const std::regex host("(^|\n)[Hh][Oo][Ss][Tt]:");
    if (!std::regex_search(head, host)) out += "Host: a\r\n";
  }
  return out + bytes.substr(done);
}

}  // namespace almanac::api::testing
