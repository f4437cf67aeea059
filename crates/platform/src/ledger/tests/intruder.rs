//! What somebody with the database, and perhaps with the key, does to the tables of the log.

use diesel::connection::SimpleConnection;
use diesel::prelude::*;
use diesel::sql_types::Binary;

use crate::db::{AnyConnection, each};
use crate::foundation::Digest;
use crate::ledger::checkpoint::Checkpoint;
use crate::ledger::keys::SignerKey;
use crate::ledger::leaf::Leaf;
use crate::ledger::store;
use crate::ledger::tree::{Frontier, TreeHead, leaf_hash};

pub(super) fn run(conn: &mut AnyConnection, sql: &str) {
    conn.batch_execute(sql).unwrap_or_else(|cause| panic!("{sql}: {cause}"));
}

/// What an erasure does, without its record.
pub(super) fn take_away(conn: &mut AnyConnection, seq: i64) {
    let gone = "salt = NULL, body = NULL, erased_at = 1";
    run(conn, &format!("UPDATE event_bodies SET {gone} WHERE {}", body_of(seq)));
}

pub(super) fn body_of(seq: i64) -> String {
    format!("event_id = (SELECT id FROM events WHERE seq = {seq})")
}

pub(super) fn copy_of_event_7() -> &'static str {
    "SELECT 99, 'new', project, stream_kind, stream_id, 99, kind, at, actor, actor_kind, leaf, leaf_hash
     FROM events WHERE seq = 7"
}

pub(super) fn resized_note() -> String {
    "UPDATE checkpoints SET note = replace(note, '\n8\n', '\n9\n') WHERE tree_size = 8".to_owned()
}

/// Exchanges two values of a unique column.
pub(super) fn swap(conn: &mut AnyConnection, table: &str, column: &str, a: i64, b: i64) {
    for (from, to) in [(a, 1000), (b, a), (1000, b)] {
        run(conn, &format!("UPDATE {table} SET {column} = {to} WHERE {column} = {from}"));
    }
}

#[derive(QueryableByName)]
struct Bytes {
    #[diesel(sql_type = Binary)]
    bytes: Vec<u8>,
}

pub(super) fn bytes(conn: &mut AnyConnection, sql: &str) -> Vec<Vec<u8>> {
    let rows: Vec<Bytes> = each!(conn, |inner| diesel::sql_query(sql).load(inner)).unwrap();
    rows.into_iter().map(|row| row.bytes).collect()
}

pub(super) fn literal(conn: &AnyConnection, bytes: &[u8]) -> String {
    let hex = hex::encode(bytes);
    if conn.is_sqlite() { format!("X'{hex}'") } else { format!("'\\x{hex}'::bytea") }
}

/// Flips one bit in the middle of one value.
pub(super) fn flip(conn: &mut AnyConnection, table: &str, column: &str, condition: &str) {
    let found = bytes(conn, &format!("SELECT {column} AS bytes FROM {table} WHERE {condition}"));
    let [value] = found.as_slice() else { panic!("{table}.{column}: {} rows", found.len()) };
    let mut value = value.clone();
    let middle = value.len() / 2;
    value[middle] ^= 1;
    let value = literal(conn, &value);
    run(conn, &format!("UPDATE {table} SET {column} = {value} WHERE {condition}"));
}

/// A new body with a leaf that commits to it, all columns in agreement.
pub(super) fn rewrite_record(conn: &mut AnyConnection, seq: i64) {
    let leaf = bytes(conn, &format!("SELECT leaf AS bytes FROM events WHERE seq = {seq}")).remove(0);
    let (salt, body) = ([1; 32], br#"{"actor_name":"Ann","data":{"value":666}}"#);
    let mut leaf = Leaf::from_bytes(&leaf).unwrap();
    leaf.body = Digest::commitment(&salt, body);
    let leaf = leaf.to_bytes().unwrap();
    let (salt, body) = (literal(conn, &salt), literal(conn, body));
    let (hash, leaf) = (literal(conn, &leaf_hash(&leaf).0), literal(conn, &leaf));
    run(conn, &format!("UPDATE events SET leaf = {leaf}, leaf_hash = {hash} WHERE seq = {seq}"));
    run(conn, &format!("UPDATE event_bodies SET salt = {salt}, body = {body} WHERE {}", body_of(seq)));
}

pub(super) fn rewrite_leaf(conn: &mut AnyConnection, seq: i64) {
    let hash = format!("(SELECT leaf_hash FROM events WHERE seq = {seq})");
    run(conn, &format!("UPDATE leaves SET leaf_hash = {hash} WHERE event_seq = {seq}"));
}

/// All subtrees anew from the leaves, and the checkpoints too if there is a key to sign them.
pub(super) fn rewrite_tree(conn: &mut AnyConnection, signer: Option<&SignerKey>) {
    run(conn, "DELETE FROM tree_nodes");
    let mut frontier = Frontier::default();
    for hash in bytes(conn, "SELECT leaf_hash AS bytes FROM leaves ORDER BY leaf_index") {
        let complete = frontier.append(Digest::from_slice(&hash).unwrap()).unwrap();
        store::insert_nodes(conn, &complete).unwrap();
        if let Some(signer) = signer {
            sign_anew(conn, frontier.head(), signer);
        }
    }
}

pub(super) fn sign_anew(conn: &mut AnyConnection, head: TreeHead, signer: &SignerKey) {
    let (note, root) = (Checkpoint::sign(head, signer).unwrap(), literal(conn, &head.root.0));
    run(
        conn,
        &format!("UPDATE checkpoints SET note = '{note}', root = {root} WHERE tree_size = {}", head.size),
    );
}

pub(super) fn store_missing_node(conn: &mut AnyConnection) {
    let rows =
        bytes(conn, "SELECT leaf_hash AS bytes FROM leaves WHERE leaf_index IN (12, 13) ORDER BY leaf_index");
    let [left, right] = [&rows[0], &rows[1]].map(|hash| Digest::from_slice(hash).unwrap());
    let parent = literal(conn, &crate::ledger::tree::node_hash(left, right).0);
    run(conn, &format!("INSERT INTO tree_nodes VALUES (1, 6, {parent})"));
}
