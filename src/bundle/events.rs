//! What an export writes into the ledger, on the stream (`bundle`, order id).

use serde::{Deserialize, Serialize};

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
        Self { work_order: number.to_owned(), layout: 1 }
    }

    /// The draft for the ledger.
    pub fn draft(&self) -> Result<Draft> {
        Ok(Draft::new(EXPORTED, serde_json::to_value(self)?))
    }
}

/// The stream that holds the exports of one order.
pub fn stream_of(project: ProjectKey, order_id: &str) -> Stream {
    Stream { project, kind: "bundle", id: order_id.to_owned() }
}
