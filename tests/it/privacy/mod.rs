//! Privacy on both databases: what is erased is gone, what is masked was never there.

mod erasing;
mod masking;
mod retaining;

use std::path::Path;

use tracewright::foundation::{Asker, ProjectKey};
use tracewright::intake::Intake;
use tracewright::intake::ingest::{RequestBody, ingest_batch};

use crate::harness::TestApp;

const PROJECT: ProjectKey = ProjectKey(1);

/// A word that compression leaves alone, since nothing like it occurs twice.
const WORD: &str = "Quetzalcoatlus-7719";

async fn batch(t: &TestApp, project: ProjectKey, events: &[serde_json::Value]) {
    batch_with(t, &Intake::unheard(), project, events).await;
}

async fn batch_with(t: &TestApp, intake: &Intake, project: ProjectKey, events: &[serde_json::Value]) {
    let body = serde_json::json!({ "batch": events }).to_string().into_bytes();
    let answers =
        ingest_batch(&t.app, intake, &Asker::system(project), RequestBody::plain(body)).await.unwrap();
    assert!(answers.iter().all(|answer| answer.fault.is_none()), "{answers:?}");
}

fn event(id: &str, kind: &str, second: u32, body: serde_json::Value) -> serde_json::Value {
    let timestamp = format!("2026-11-21T09:00:{second:02}.000Z");
    serde_json::json!({ "id": id, "type": kind, "timestamp": timestamp, "body": body })
}

/// Whether a word stands anywhere in the database (packs unpacked) or in object storage.
async fn is_anywhere(t: &TestApp, word: &'static str) -> bool {
    let in_rows = t.app.db.read(move |conn| Ok(words::in_rows(conn, word))).await.unwrap();
    in_rows || in_files(&t.app.config.data.join("blobs"), word)
}

fn in_files(folder: &Path, word: &str) -> bool {
    let Ok(entries) = std::fs::read_dir(folder) else { return false };
    entries.flatten().any(|entry| {
        if entry.path().is_dir() {
            return in_files(&entry.path(), word);
        }
        contains(&std::fs::read(entry.path()).unwrap(), word)
    })
}

fn contains(bytes: &[u8], word: &str) -> bool {
    bytes.windows(word.len()).any(|window| window == word.as_bytes())
}

mod words {
    //! Every column of every table, as text.

    use diesel::prelude::*;
    use diesel::sql_types::{BigInt, Binary, Text};
    use tracewright::db::AnyConnection;
    use tracewright::db::schema::packs;

    #[derive(QueryableByName)]
    struct Name {
        #[diesel(sql_type = Text)]
        name: String,
    }

    #[derive(QueryableByName)]
    struct Count {
        #[diesel(sql_type = BigInt)]
        count: i64,
    }

    pub fn in_rows(conn: &mut AnyConnection, word: &str) -> bool {
        in_packs(conn, word) || tables(conn).iter().any(|table| in_table(conn, table, word))
    }

    fn in_packs(conn: &mut AnyConnection, word: &str) -> bool {
        let all: Vec<(Vec<u8>, i64)> =
            packs::table.select((packs::bytes, packs::raw_len)).load(conn).unwrap();
        all.iter().any(|(bytes, len)| {
            let len = usize::try_from(*len).unwrap();
            super::contains(&zstd::bulk::decompress(bytes, len).unwrap(), word)
        })
    }

    fn tables(conn: &mut AnyConnection) -> Vec<String> {
        let names: Vec<Name> = match conn {
            AnyConnection::Sqlite(conn) => {
                diesel::sql_query("SELECT name FROM sqlite_master WHERE type = 'table'").load(conn).unwrap()
            }
            AnyConnection::Postgres(conn) => {
                diesel::sql_query("SELECT tablename::text AS name FROM pg_tables WHERE schemaname = 'public'")
                    .load(conn)
                    .unwrap()
            }
        };
        names.into_iter().map(|name| name.name).collect()
    }

    fn in_table(conn: &mut AnyConnection, table: &str, word: &str) -> bool {
        let counts: Vec<Count> = match conn {
            AnyConnection::Sqlite(conn) => {
                let sql = format!("SELECT name FROM pragma_table_info('{table}')");
                let columns: Vec<Name> = diesel::sql_query(sql).load(conn).unwrap();
                let any: Vec<String> =
                    columns.iter().map(|c| format!("instr(CAST(\"{}\" AS BLOB), ?) > 0", c.name)).collect();
                let mut found = Vec::new();
                for one in any {
                    let sql = format!("SELECT COUNT(*) AS count FROM \"{table}\" WHERE {one}");
                    found.extend(
                        diesel::sql_query(sql)
                            .bind::<Binary, _>(word.as_bytes().to_vec())
                            .load::<Count>(conn)
                            .unwrap(),
                    );
                }
                found
            }
            AnyConnection::Postgres(conn) => {
                let hex = hex::encode(word);
                let sql = format!(
                    "SELECT COUNT(*) AS count FROM \"{table}\" AS t WHERE t::text LIKE $1 OR t::text LIKE $2"
                );
                diesel::sql_query(sql)
                    .bind::<Text, _>(format!("%{word}%"))
                    .bind::<Text, _>(format!("%{hex}%"))
                    .load(conn)
                    .unwrap()
            }
        };
        counts.iter().any(|count| count.count > 0)
    }
}
