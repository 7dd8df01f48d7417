#include <fmt/format.h>

#include "app/cli/command.h"
#include "app/cli/json.h"
#include "base/entropy.h"

namespace barium::app {

Action bind_init(CLI::App&) {
  return [](const Common& common) {
    base::SystemEntropy entropy;
    vault::create_vault(common.vault, entropy);
    if (common.json) {
      print_json({{"schema", "barium.vault/1"}, {"vault", common.vault}});
    } else {
      fmt::print("Made the vault {}. It holds keys: keep it readable by its owner only, and back it up.\n",
                 common.vault);
    }
    return kDone;
  };
}

}  // namespace barium::app
