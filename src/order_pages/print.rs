//! The order on paper: everything unfolded, no buttons, secrets masked. That it was handed out is recorded, and which copy it
//! is stands on it.

use std::collections::BTreeMap;

use actix_web::{HttpRequest, web};
use askama::Template;

use super::act::Act;
use super::document::{self, Flow, PartView};
use super::doing::rows_in;
use super::gathered::Gathered;
use super::order::{Sheet, criteria, gathered_of};
use super::paper::{self, Was};
use super::qr;
use super::record::{self, EntryView, SafetyView};
use super::rows::RowView;
use super::text::Html;
use crate::bundle::actions::hand_out;
use crate::bundle::events::Form;
use crate::delegation_pages::Decisions;
use crate::foundation::Result;
use crate::ledger::reads::latest_checkpoint;
use crate::order_history::{Query, Trail, trail_of};
use crate::web::format::Time;
use crate::web::page::{own_address, show as show_page};
use crate::web::printed::Verification;
use crate::web::zone::Reading;
use crate::web::{Shell, WebResult};

#[derive(Template)]
#[template(path = "work_orders/print.html")]
struct PrintPage {
    shell: Shell,
    sheet: Sheet,
    flow: Vec<Flow>,
    criteria: Vec<RowView>,
    safety: Option<SafetyView>,
    log: Vec<EntryView>,
    comments: Vec<EntryView>,
    gathered: Gathered,
    decisions: Option<Decisions>,
    trail: Trail,
    changed: Vec<Was>,
    blanks: BTreeMap<String, String>,
    standings: Vec<(String, usize)>,
    /// Whether there is something left to do and to sign by hand.
    is_open: bool,
    qr: Html,
    verification: Verification,
    /// How many entries the ledger has, and its root.
    root: Option<(u64, String)>,
    printed: Html,
    by: String,
    /// Which copy this is, from 1.
    copy: i64,
    zone: String,
}

/// Lines of the history that are printed.
const HISTORY: usize = 1_000;

/// GET `/work-orders/{number}/print`; `who`, `part`, `kind`, `since` and `until` narrow the history.
pub async fn show(request: HttpRequest, act: Act, query: web::Query<Query>) -> WebResult {
    let view = act.view(None).await?;
    let mut log = record::log(&view);
    log.reverse();
    let (gathered, app) = (gathered_of(&act, &view).await?, &act.orders.app);
    let trail = trail_of(view.past(), &query, HISTORY)?;
    let copy = hand_out(app, &act.who, &view.order.id, Form::Paper).await?;
    let (flow, criteria) = (document::flow(&view), criteria(&view));
    let number = view.order.number.to_string();
    let address = own_address(&request, app.config.server.public_url.as_deref());
    show_page(&PrintPage {
        shell: Shell::of(&request, number.clone(), "work-orders"),
        sheet: Sheet::of(&view),
        standings: paper::standings(rows_in(&flow).chain(&criteria)),
        flow,
        criteria,
        safety: record::safety(&view),
        log,
        comments: record::comments(&view),
        gathered,
        decisions: Decisions::on_paper(view.seen()),
        trail,
        changed: paper::changed(&view),
        blanks: paper::blanks(&view),
        is_open: !view.order.status.is_done() && !view.order.status.is_final(),
        qr: qr::svg(&format!("{address}/work-orders/{number}"))?,
        verification: Verification::of(&number, app.log.verifier().fingerprint()?),
        root: root(&act).await?,
        printed: Html::time(&Time::dated(view.now)),
        by: act.who.actor.name.clone(),
        copy,
        zone: Reading::current().zone_name(),
    })
}

async fn root(act: &Act) -> Result<Option<(u64, String)>> {
    let newest = act.orders.app.db.read(latest_checkpoint).await?;
    Ok(newest.map(|newest| (newest.head.size, newest.head.root.to_hex())))
}

impl PrintPage {
    /// Values that stood at a place before.
    fn was(&self, target: &str) -> Vec<&Was> {
        self.changed.iter().filter(|was| was.target == target).collect()
    }

    /// What is to be filled in by hand.
    fn blank(&self, target: &str) -> &str {
        self.blanks.get(target).map_or("", String::as_str)
    }
}
