//! The isolation of an order as a banner: who is signed on, who was, and the buttons of whoever looks at it.

use super::text::{self, Html};
use super::view::OrderView;
use crate::work_orders::decide::Command;
use crate::work_orders::model::SignOn;

/// The banner; there is none where no isolation is asked for and nobody ever signed on.
pub struct IsolationView {
    /// Those who are signed on.
    pub on: Vec<SignedOn>,
    /// Those who were, the newest first.
    pub before: Vec<Html>,
    pub may_sign_on: bool,
}

/// Somebody who is signed on.
pub struct SignedOn {
    pub account: String,
    pub name: String,
    /// Who and since when.
    pub words: Html,
    pub is_me: bool,
    /// This person may sign them off, with a reason.
    pub may_sign_off: bool,
}

impl IsolationView {
    /// The banner as somebody sees it.
    pub fn of(view: &OrderView) -> Option<Self> {
        let isolation = &view.order.isolation;
        if isolation.is_none() {
            return None;
        }
        let me = view.who.actor.id.as_str();
        let on = isolation.signed_on().map(|entry| {
            let account = entry.who.id.clone();
            let off = Command::SignOff { account: account.clone(), reason: view.some_reason() };
            SignedOn {
                is_me: entry.who.is(me),
                name: entry.who.name.clone(),
                words: text::by_at(Some(&entry.who), Some(entry.at), view.now),
                may_sign_off: view.allows(off),
                account,
            }
        });
        Some(Self {
            on: on.collect(),
            before: isolation.entries.iter().rev().filter_map(|entry| was_on(view, entry)).collect(),
            may_sign_on: view.allows(Command::SignOn),
        })
    }
}

fn was_on(view: &OrderView, entry: &SignOn) -> Option<Html> {
    let off = entry.off.as_ref()?;
    let on = text::by_at(Some(&entry.who), Some(entry.at), view.now);
    let by = text::by_at(Some(&off.by), Some(off.at), view.now);
    let said = if off.reason.is_empty() { String::new() } else { format!(": {}", off.reason) };
    Some(Html::joined([Html::text("on"), on, Html::text("· off by"), by, Html::text(&said)], " "))
}
