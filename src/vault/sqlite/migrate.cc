#include "base/error.h"
#include "vault/sqlite/migrations.h"
#include "vault/sqlite/sqlite_store.h"

namespace barium::vault::sqlite {

int newest_schema() { return static_cast<int>(migrations().size()); }

// Settings such as user_version are written with the transaction: a vault killed in a migration is the old
// one.
void migrate(Database& database, const std::function<void()>& complete) {
  const std::int64_t version = database.pragma("user_version");
  if (version > newest_schema()) {
    throw base::Error(base::ErrorCode::kVersion,
                      "the vault was written by a newer barium (schema " + std::to_string(version) +
                          "; this program knows " + std::to_string(newest_schema()) + ")",
                      {}, "Use that barium, or update this one; the vault was not changed");
  }
  if (version == newest_schema()) return;
  SqliteTransaction transaction(database);
  for (std::size_t i = static_cast<std::size_t>(version); i < migrations().size(); ++i)
    database.run(migrations()[i]);
  if (complete) complete();
  database.run(("PRAGMA application_id=" + std::to_string(kApplicationId)).c_str());
  database.run(("PRAGMA user_version=" + std::to_string(newest_schema())).c_str());
  transaction.commit();
}

}  // namespace barium::vault::sqlite
