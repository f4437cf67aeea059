//! The pages of notices.

mod grouped;
pub(super) mod hooks;
pub(super) mod list;
pub(super) mod order;
pub(super) mod settings;
pub(super) mod unsubscribe;

use crate::foundation::Timestamp;
use crate::notices::model::AboutKind;
use crate::notices::reads::Seen;
use crate::web::format::{Time, shown};

/// One notice as a page shows it.
pub(super) struct NoticeView {
    pub(super) id: String,
    /// What happened, as one sentence.
    pub(super) sentence: String,
    pub(super) label: &'static str,
    pub(super) title: String,
    pub(super) said: String,
    /// The very place; empty where they may not see it any more.
    pub(super) place: String,
    pub(super) is_unread: bool,
    pub(super) at: Time,
    /// The number of its order, for muting it.
    pub(super) order: Option<String>,
}

impl NoticeView {
    pub(super) fn of(seen: Seen, now: Timestamp) -> Self {
        let Seen { row, kind, is_hidden } = seen;
        let is_order = row.about_kind() == AboutKind::Order;
        let hide = |text: String| if is_hidden { String::new() } else { text };
        let number = if is_hidden { "an order that is not yours any more" } else { row.number.as_str() };
        Self {
            sentence: shown(&kind.sentence(&row.actor_name, number)),
            label: kind.label(),
            is_unread: row.read_at.is_none(),
            at: Time::new(row.at, now),
            order: Some(row.number.clone()).filter(|_| is_order && !is_hidden),
            id: row.notice_id,
            title: hide(shown(&row.title)),
            said: hide(shown(&row.said)),
            place: hide(row.place),
        }
    }
}
