-- docs/formats/vault.md says what each column means.
CREATE TABLE secret(
  name  TEXT PRIMARY KEY,
  value BLOB NOT NULL
) WITHOUT ROWID;

CREATE TABLE document(
  row           INTEGER PRIMARY KEY AUTOINCREMENT,
  id            INTEGER NOT NULL UNIQUE,
  title         TEXT    NOT NULL,
  file_sha256   BLOB    NOT NULL,
  pages         INTEGER NOT NULL,
  carriers      INTEGER NOT NULL,
  strength_pt   REAL    NOT NULL,
  added_at      INTEGER NOT NULL,
  codebook_key  BLOB    NOT NULL UNIQUE,
  notes         BLOB    NOT NULL,
  copy_template BLOB    NOT NULL
);
CREATE INDEX document_by_file ON document(file_sha256);

CREATE TABLE page(
  row      INTEGER PRIMARY KEY AUTOINCREMENT,
  document INTEGER NOT NULL REFERENCES document(row),
  number   INTEGER NOT NULL,
  features BLOB    NOT NULL,
  model    BLOB    NOT NULL,
  raster   BLOB    NOT NULL,
  UNIQUE(document, number)
);

CREATE TABLE copy(
  document      INTEGER NOT NULL REFERENCES document(row),
  number        INTEGER NOT NULL,
  id            INTEGER NOT NULL,
  recipient     BLOB    NOT NULL,
  codeword_hash INTEGER NOT NULL,
  state         INTEGER NOT NULL,
  issued_at     INTEGER,
  file_sha256   BLOB,
  PRIMARY KEY(document, number)
) WITHOUT ROWID;
CREATE UNIQUE INDEX copy_by_id        ON copy(id);
CREATE UNIQUE INDEX copy_by_recipient ON copy(document, recipient);
CREATE UNIQUE INDEX copy_by_codeword  ON copy(document, codeword_hash);
