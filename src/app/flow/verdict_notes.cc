#include "app/flow/verdict_notes.h"

#include <fmt/format.h>

namespace barium::app {

namespace {

std::string in_plain_words(verify::Lack lack, const WordsInfo& words) {
  switch (lack) {
    case verify::Lack::kOutOfView:
      return "a part of it is not in the picture";
    case verify::Lack::kDoubtful:
      return "some words look different without surely being others (damaged, badly lit, or changed in a way "
             "that the picture does not show well)";
    case verify::Lack::kTooCoarse:
      return fmt::format("the picture vouches for {} of {} words only", words.vouched, words.on_page);
    case verify::Lack::kGraphics:
      return "not all of its pictures and lines are vouched for";
    case verify::Lack::kBlankPaper:
      return "whether ink was added cannot be told on much of its blank paper";
    case verify::Lack::kLines:
      return "there are dark lines where it is blank, of a pen or of folds";
  }
  return "";
}

}  // namespace

base::Note note_of(const verify::PageVerdict& page, const WordsInfo& words) {
  if (page.verdict == Verdict::kGenuine)
    return {"verify.genuine",
            fmt::format(
                "The page is genuine: {} of {} words are vouched for, none looks different by more than "
                "chance does, and there is no ink where it is blank. A page with one changed word would be "
                "called genuine, too, in {} of {} tests: a change in one of the words that are not vouched "
                "for.",
                words.vouched, words.on_page, verify::kGenuineThoughAltered.words,
                verify::kGenuineThoughAltered.of)};
  std::string why;
  for (const verify::Lack lack : page.lacks) why += (why.empty() ? "" : "; ") + in_plain_words(lack, words);
  return {"verify.not_genuine", "No change was proved, and yet the page is not called genuine: " + why + "."};
}

base::Note note_of_unfound(Verdict verdict, std::size_t words_seen, const std::string& asked) {
  if (verdict == Verdict::kNotOurs)
    return {"find.not_ours",
            fmt::format("The picture shows some {} words, and no page of this vault is like it. Of 180 "
                        "photographs of registered pages, bent and crumpled ones among them, 1 was taken for "
                        "foreign so.",
                        words_seen)};
  if (!asked.empty())
    return {"find.no_page",
            "The picture was compared with " + asked + " only, and that was not recognised in it."};
  return {"find.no_page",
          "No page of this vault was recognised in the picture. That does not say that it shows none: it may "
          "show too little of one."};
}

}  // namespace barium::app
