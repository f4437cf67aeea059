//! Who sent an order back or cancelled it, when and why: what the order's page and its editor say at their top.

use super::text::{self, Html};
use super::view::OrderView;
use crate::work_orders::lifecycle::{sent_back, sent_back_words};

/// The notice.
pub struct SentBack {
    /// `Returned by Mei Lin, 21 Nov 14:02`.
    pub line: Html,
    pub reason: String,
}

impl SentBack {
    /// The notice of an order; none where it was not sent back or has gone on since.
    pub fn of(view: &OrderView) -> Option<Self> {
        let record = sent_back(&view.order)?;
        let words = sent_back_words(record.id)?;
        let name_and_time = text::by_at(Some(&record.by), Some(record.at), view.now);
        Some(Self {
            line: Html::joined([Html::text(words), name_and_time], " "),
            reason: record.reason.clone(),
        })
    }
}
