#include "bench/options.h"

#include <fmt/format.h>

#include <algorithm>
#include <exception>

#include "base/error.h"
#include "base/parallel.h"

namespace barium::bench {

namespace {

constexpr const char* kUsage =
    "options: --suite FILE --documents N (only the first N) --leaks N --camera NAME (only this one) "
    "--paper KIND (of the real photographs, only this one) --strength PT --seed N\n";

struct BadOption {};

void apply(Suite& suite, const std::string& option, const std::string& value) {
  if (option == "--documents")
    suite.document.resize(std::min<std::size_t>(suite.document.size(), std::stoul(value)));
  else if (option == "--leaks")
    suite.leaks = std::stoi(value);
  else if (option == "--camera")
    suite.camera = {value};
  else if (option == "--paper")
    suite.paper = value;
  else if (option == "--strength")
    suite.strength_pt = std::stod(value);
  else if (option == "--seed")
    suite.seed = std::stoull(value);
  else if (option != "--suite")
    throw BadOption{};
}

Suite suite_of(const std::vector<std::string>& arguments, std::string file) {
  if (arguments.size() % 2 != 0) throw BadOption{};
  for (std::size_t i = 0; i < arguments.size(); i += 2) {
    if (arguments[i] == "--suite") file = arguments[i + 1];
  }
  Suite suite = read_suite(file);
  for (std::size_t i = 0; i < arguments.size(); i += 2) apply(suite, arguments[i], arguments[i + 1]);
  return suite;
}

}  // namespace

int run_suite(const std::vector<std::string>& arguments, const std::string& suite_file,
              const SuiteBody& body) try {
  const Suite suite = suite_of(arguments, suite_file);
  const auto data = data_folder();
  if (!data) {
    fmt::print("SKIPPED: no data at $BARIUM_DATA or ../shared/data\n");
    return 0;
  }
  return body(suite, *data);
} catch (const BadOption&) {
  fmt::print(stderr, "{}", kUsage);
  return 2;
} catch (const std::exception& error) {
  fmt::print(stderr, "{}\n", error.what());
  return 3;
}

Vault open_vault(const Suite& suite, const std::filesystem::path& data) {
  std::vector<std::optional<RegisteredDocument>> opened(suite.document.size());
  base::parallel_for(opened.size(), 0, [&](std::size_t i) {
    opened[i] = register_document(data / "pdf/core" / suite.document[i], suite, i);
  });
  std::vector<RegisteredDocument> documents;
  fmt::print("{:52} {:>6} {:>9} {:>9}\n", "document", "pages", "carriers", "leakable");
  for (auto& document : opened) {
    fmt::print("{:52} {:6} {:9} {:9}\n", document->name, document->pages.size(),
               document->codebook.carriers(), document->leakable.size());
    documents.push_back(std::move(*document));
  }
  return Vault(std::move(documents));
}

}  // namespace barium::bench
