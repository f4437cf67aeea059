//! What an export writes into the ledger, on the stream (`bundle`, order id).

use serde::{Deserialize, Serialize};

use evidence_bundle::{LAYOUT, export_refs};

use crate::foundation::{ProjectKey, Result};
use crate::ledger::{Draft, Stream};

/// Kind of the event, with its version.
pub const EXPORTED: &str = "bundle.exported.v1";

/// Somebody took an order's evidence out of the house.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct BundleExported {
    /// The order's number, as people say it.
    pub work_order: String,
    /// Version of the bundle's layout.
    pub layout: u32,
}

impl BundleExported {
    /// The event of an export in today's layout.
    pub fn of(number: &str) -> Self {
        Self { work_order: number.to_owned(), layout: LAYOUT }
    }

    /// The draft for the ledger. Its leaf says in the open where the order's streams stand, so that a bundle that leaves a
    /// record out does not agree with it.
    pub fn draft(&self, order_id: &str, heads: Heads) -> Result<Draft> {
        let Heads { work_order, audit, policies } = heads;
        let refs = export_refs(order_id, work_order, audit, policies);
        Ok(Draft { refs, ..Draft::new(EXPORTED, serde_json::to_value(self)?) })
    }
}

/// Kind of the event that says that an order left the house in another form.
pub const HANDED_OUT: &str = "order.handed_out.v1";

/// In which form an order was handed out, besides as a bundle.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Form {
    Markdown,
    Json,
    Paper,
    /// Its history alone, as a table or on paper.
    History,
}

/// Somebody took an order out of the house as a file or on paper.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct HandedOut {
    /// The order's number, as people say it.
    pub work_order: String,
    pub form: Form,
}

impl HandedOut {
    /// The event of one copy.
    pub fn of(number: &str, form: Form) -> Self {
        Self { work_order: number.to_owned(), form }
    }

    /// The draft for the ledger.
    pub fn draft(&self) -> Result<Draft> {
        Ok(Draft::new(HANDED_OUT, serde_json::to_value(self)?))
    }
}

/// The stream that counts the copies of one order in one form.
pub fn handed_out_stream(project: ProjectKey, order_id: &str, form: Form) -> Stream {
    let kind = match form {
        Form::Markdown => "order_as_markdown",
        Form::Json => "order_as_json",
        Form::Paper => "order_on_paper",
        Form::History => "order_history",
    };
    Stream { project, kind, id: order_id.to_owned() }
}

/// The newest version of each stream whose records a bundle holds; 0 where nothing was written.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Heads {
    pub work_order: i64,
    pub audit: i64,
    pub policies: i64,
}

/// The stream that holds the exports of one order.
pub fn stream_of(project: ProjectKey, order_id: &str) -> Stream {
    Stream { project, kind: "bundle", id: order_id.to_owned() }
}
