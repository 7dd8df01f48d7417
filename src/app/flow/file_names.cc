#include "app/flow/file_names.h"

#include "app/confine/answer.h"
#include "app/flow/people.h"

namespace barium::app {

namespace {

// A file's name has 255 bytes on every common system: 100 + 1 + 120, a number, ".pdf", and what a temporary
// name adds.
constexpr std::size_t kTitleBytes = 100;
constexpr std::size_t kNameBytes = 120;

std::string without_pdf(const std::string& title) {
  const bool pdf = title.size() > 4 && lower_ascii(title.substr(title.size() - 4)) == ".pdf";
  return pdf ? title.substr(0, title.size() - 4) : title;
}

}  // namespace

std::string safe_name(const std::string& text, std::size_t most) {
  std::string name = plain_text(text, text.size());
  for (char& c : name)
    if (std::string_view("/\\:*?\"<>|").find(c) != std::string_view::npos) c = '_';
  const auto first = name.find_first_not_of(" .-");
  name = first == std::string::npos ? "" : plain_text(name.substr(first), most);
  const auto last = name.find_last_not_of(" .");
  name.resize(last == std::string::npos ? 0 : last + 1);
  return name.empty() ? "unnamed" : name;
}

std::string copy_file_name(const std::string& title, const std::string& name, int number) {
  const std::string suffix = number == 1 ? "" : " (" + std::to_string(number) + ")";
  return safe_name(without_pdf(title), kTitleBytes) + "-" + safe_name(name, kNameBytes) + suffix + ".pdf";
}

}  // namespace barium::app
