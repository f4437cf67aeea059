//! An order as a line on the page of its asset.

use crate::foundation::Timestamp;
use crate::order_pages::text;
use crate::web::format::Due;
use crate::work_orders::reads::{OrderRow, Progress};

/// One order.
pub struct OrderLine {
    pub number: String,
    pub title: String,
    /// The tag of its asset, where orders of several stand together.
    pub asset: String,
    pub status: &'static str,
    pub tone: &'static str,
    pub due: Option<Due>,
    pub is_late: bool,
    pub progress: Progress,
}

impl OrderLine {
    pub(super) fn of(row: OrderRow, now: Timestamp) -> Self {
        Self {
            status: row.status().label(),
            tone: text::tone_of(row.status()),
            due: row.due_at.map(|until| Due::new(until, now)),
            is_late: row.is_overdue(now),
            progress: row.progress(),
            number: row.number,
            title: row.title,
            asset: row.asset_tag,
        }
    }
}
