//! The event of a project's choice of currency.

use serde::{Deserialize, Serialize};

use crate::foundation::ProjectKey;
use crate::foundation::money::Currency;
use crate::ledger::Stream;

/// The kind of the stream: one per project.
pub const STREAM_KIND: &str = "order_currency";
/// The event's kind.
pub const SET: &str = "work_order.currency_set.v1";

/// What amounts are in from now on.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct CurrencySet {
    pub from: Currency,
    pub to: Currency,
}

/// The stream of a project's currency.
pub fn stream_of(project: ProjectKey) -> Stream {
    Stream { project, kind: STREAM_KIND, id: "currency".to_owned() }
}
