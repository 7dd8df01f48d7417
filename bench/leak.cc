#include "bench/leak.h"

#include <fmt/format.h>

#include "base/rng.h"
#include "bench/results.h"
#include "mark/signs.h"

namespace barium::bench {

std::vector<Leak> draw_leaks(const Suite& suite, const Vault& vault, const std::string& purpose) {
  std::vector<Leak> leaks;
  for (const std::string& camera : suite.camera)
    for (std::size_t d = 0; d < vault.documents().size(); ++d) {
      const auto& leakable = vault.documents()[d].leakable;
      for (int i = 0; i < suite.leaks && !leakable.empty(); ++i) {
        base::Rng rng(suite.seed, purpose + " " + camera, d * 1'000'000 + static_cast<std::size_t>(i));
        leaks.push_back({d, static_cast<std::size_t>(leakable[rng.below(leakable.size())]),
                         rng.below(suite.recipients), camera, rng.bits()});
      }
    }
  return leaks;
}

base::Bytes copy_of(const Vault& vault, const Leak& leak) {
  const RegisteredDocument& document = vault.documents()[leak.document];
  const auto signs = mark::signs_of_copy(document.opened.model, document.codebook, leak.copy);
  return page::write_copy(document.opened.copy_template, signs);
}

Outcome judge(const Vault& vault, const Leak& leak, const Examination& seen) {
  const RegisteredDocument& document = vault.documents()[leak.document];
  Outcome outcome;
  outcome.found = seen.place.has_value();
  outcome.right_page =
      outcome.found && seen.place->document == leak.document && seen.place->page == leak.page;
  if (outcome.right_page) {
    const auto signs = mark::signs_of_copy(document.opened.model, document.codebook, leak.copy);
    const auto truth = mark::signs_of_page(document.opened.model, signs, leak.page);
    for (const mark::SoftBit& bit : seen.reading.bits) {
      ++outcome.symbols;
      if ((bit.llr > 0 ? 1 : -1) != truth[bit.carrier]) ++outcome.symbol_errors;
    }
  }
  for (const trace::Accusation& accusation : seen.traced.accused) {
    const bool right = outcome.right_page && accusation.copy == leak.copy;
    (right ? outcome.named : outcome.wrongly_named) = true;
  }
  return outcome;
}

void Tally::add(const Outcome& outcome) {
  ++leaks;
  right_page += outcome.right_page;
  wrong_page += outcome.found && !outcome.right_page;
  symbols += outcome.symbols;
  symbol_errors += outcome.symbol_errors;
  named += outcome.named;
  wrongly += outcome.wrongly_named;
}

std::string table_head(const std::string& first_column) {
  return fmt::format("{:18} {:>6} {:>10} {:>10} {:>10} {:>10} {:>8} {:>10} {:>8}\n", first_column, "leaks",
                     "page right", "page wrong", "symbols", "errors", "named", "", "wrongly");
}

std::string table_row(const std::string& name, const Tally& tally) {
  const Figure errors = share(tally.symbol_errors, tally.symbols);
  const Figure named = share(tally.named, tally.leaks);
  record(name + ".symbol_errors", errors);
  record(name + ".named", named);
  record(name + ".wrongly_named", share(tally.wrongly, tally.leaks));
  return fmt::format("{:18} {:6} {:10} {:10} {:10} {:10.4f} {:8} {:8.1f} % {:8}\n", name, tally.leaks,
                     tally.right_page, tally.wrong_page, tally.symbols, errors.value, tally.named,
                     100 * named.value, tally.wrongly);
}

void print_failures(const Vault& vault, const std::vector<Leak>& leaks,
                    const std::vector<Outcome>& outcomes) {
  for (std::size_t i = 0; i < leaks.size(); ++i) {
    if (outcomes[i].named && !outcomes[i].wrongly_named) continue;
    const char* what = outcomes[i].wrongly_named ? "WRONGLY NAMED"
                       : !outcomes[i].found      ? "page not found"
                       : !outcomes[i].right_page ? "WRONG PAGE"
                                                 : "not named";
    fmt::print("{:14} {:30} {} page {} copy {} seed {}: {} of {} symbols wrong\n", what, leaks[i].channel,
               vault.documents()[leaks[i].document].name, leaks[i].page + 1, leaks[i].copy, leaks[i].seed,
               outcomes[i].symbol_errors, outcomes[i].symbols);
  }
}

}  // namespace barium::bench
