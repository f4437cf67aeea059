//! What prices write into the ledger, on the stream (`prices`, `table`) of a project or of project 0, everybody's.
//!
//! The version of that stream is the version of the table, so two importers cannot make the same one. Re-pricings have
//! a stream of their own for each run: one event for each chunk, in the transaction that changed its rows.

use serde::{Deserialize, Serialize};

use crate::foundation::{Digest, ProjectKey, Result, Timestamp};
use crate::ledger::{Draft, Stream};

use prices::model::Price;

/// A table brought new prices.
pub const TABLE_IMPORTED: &str = "traces.price_table_imported.v1";
/// Somebody gave a project a price of its own.
pub const PRICE_OVERRIDDEN: &str = "traces.price_overridden.v1";
/// Stored costs were computed anew.
pub const REPRICED: &str = "traces.repriced.v1";

/// What an import brought.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct TableImported {
    /// The version it made.
    pub version: i64,
    /// What it is called.
    pub label: String,
    /// Where its prices come from.
    pub source: String,
    /// From when what it changed is in force.
    pub as_of: Timestamp,
    /// SHA-256 over the ids of its rows, sorted, each followed by a line feed.
    pub digest: Digest,
    /// Prices of models that had none.
    pub added: usize,
    /// Prices that differed.
    pub changed: usize,
    /// Prices that were in force already.
    pub unchanged: usize,
    /// Rows that were not taken.
    pub refused: usize,
}

/// A project's own price.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct PriceOverridden {
    /// The version it made.
    pub version: i64,
    /// The price's id.
    pub id: String,
    /// What it says.
    pub price: Price,
}

/// One chunk of a re-pricing.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Repriced {
    /// The run it is part of.
    pub run: String,
    /// Its number in the run, from 1.
    pub chunk: usize,
    /// Which calls.
    pub scope: RepriceScope,
    /// The versions of the prices before, general and own, oldest and newest; none where no call had one.
    pub from_versions: Option<(i64, i64)>,
    /// The newest versions now: everybody's and the project's.
    pub to_versions: (i64, i64),
    /// Calls whose cost or price changed.
    pub changed: usize,
    /// What those cost before, in nano-dollars; a call without a cost counts 0, and so does one that two
    /// instrumentations saw, the second time.
    pub before_nanos: i64,
    /// What they cost now.
    pub after_nanos: i64,
}

/// Which calls to price anew.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct RepriceScope {
    /// Begun at or after.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub from: Option<Timestamp>,
    /// Begun before.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub until: Option<Timestamp>,
    /// Of this model, as sent.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub model: Option<String>,
}

/// The stream of a scope's tables.
pub fn table_stream(project: ProjectKey) -> Stream {
    Stream { project, kind: "prices", id: "table".to_owned() }
}

/// The stream of one re-pricing.
pub fn run_stream(project: ProjectKey, run: &str) -> Stream {
    Stream { project, kind: "prices", id: run.to_owned() }
}

/// The draft of an import; the leaf names the digest in the open.
pub fn imported(event: &TableImported) -> Result<Draft> {
    let refs = vec![event.digest.to_hex()];
    Ok(Draft { refs, ..Draft::new(TABLE_IMPORTED, serde_json::to_value(event)?) })
}

/// The draft of an override; the leaf names the price in the open.
pub fn overridden(event: &PriceOverridden) -> Result<Draft> {
    let refs = vec![event.id.clone()];
    Ok(Draft { refs, ..Draft::new(PRICE_OVERRIDDEN, serde_json::to_value(event)?) })
}

/// The draft of one chunk of a re-pricing.
pub fn repriced(event: &Repriced) -> Result<Draft> {
    Ok(Draft::new(REPRICED, serde_json::to_value(event)?))
}
