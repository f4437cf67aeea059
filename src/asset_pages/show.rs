//! The page of an asset: what it is, its orders and meters, what happened to it, and its label.

use std::collections::BTreeMap;

use actix_web::HttpRequest;
use actix_web::web::{Data, Path, Query};
use askama::Template;

use super::history::{self, HistoryLine};
use super::label::LabelView;
use super::meters::MeterView;
use super::orders::OrderLine;
use super::rounds::Rounds;
use super::tree::{Forest, TreeRow};
use crate::assets::reads::{self, AssetRow};
use crate::db::AnyConnection;
use crate::foundation::{Action, Asker, Error, Grant, Result, Timestamp};
use crate::order_pages::text::{self, Html};
use crate::state::App;
use crate::web::page::show as show_page;
use crate::web::{Principal, Shell, WebResult, see_other};
use crate::work_orders::Orders;
use crate::work_orders::by_asset::reads::{Which, list};
use crate::work_orders::reads::{OrderRow, own_of};

/// Open orders that are shown.
const OPEN: usize = 100;
/// Orders that have ended, the newest of them.
const ENDED: usize = 20;
/// Lines of the history that stand open.
const HISTORY: usize = 50;

#[derive(Template)]
#[template(path = "assets/show.html")]
struct AssetPage {
    shell: Shell,
    /// The reader's own rounds that stop here.
    rounds: Rounds,
    tree: Vec<TreeRow>,
    /// What it is a part of, from the top: code and name.
    above: Vec<(String, String)>,
    code: String,
    name: String,
    letter: &'static str,
    letter_words: &'static str,
    tone: &'static str,
    /// Label and value, those that are said.
    facts: Vec<(&'static str, String)>,
    notes: String,
    since: Html,
    /// When it was retired, by whom and why.
    retired: Option<Html>,
    meters: Vec<MeterView>,
    open: Vec<OrderLine>,
    open_count: i64,
    ended: Vec<OrderLine>,
    ended_count: i64,
    /// Whether orders of everything below it are shown too.
    is_below: bool,
    /// Assets below it.
    below_count: usize,
    history: Vec<HistoryLine>,
    history_count: usize,
    label: LabelView,
    may: May,
    /// Code of what it is a part of now; empty for nothing.
    parent: String,
}

/// What the viewer may do here.
struct May {
    report: bool,
    keep: bool,
    read: bool,
}

/// What is read of the database.
struct Found {
    asset: AssetRow,
    rounds: Rounds,
    forest: Forest,
    meters: Vec<MeterView>,
    open: (Vec<OrderRow>, i64),
    ended: (Vec<OrderRow>, i64),
    events: Vec<crate::ledger::Event>,
    below_count: usize,
}

/// GET `/assets/{code}`; `?below=1` shows the orders of everything below it too, `?history=all` all that happened.
pub async fn show(
    request: HttpRequest,
    orders: Data<Orders>,
    who: Principal,
    code: Path<String>,
    query: Query<BTreeMap<String, String>>,
) -> WebResult {
    let is_below = query.get("below").is_some_and(|it| !it.is_empty());
    let history = if query.contains_key("history") { usize::MAX } else { HISTORY };
    let (service, asker) = (orders.get_ref().clone(), who.0.clone());
    let read = move |conn: &mut AnyConnection| Found::read(conn, &service, &asker, &code, is_below);
    let app = &orders.app;
    let found = app.db.read(read).await?;
    let label = LabelView::of(&request, app, &found.asset)?;
    let now = app.now();
    let page = AssetPage::of(&request, &who, found, label, now);
    let mut page = AssetPage { is_below, ..page };
    page.history.truncate(history);
    show_page(&page)
}

/// GET `/assets/by-id/{id}`: the page of the asset that the ledger knows by its id.
pub async fn by_id(app: Data<App>, who: Principal, id: Path<String>) -> WebResult {
    let project = who.project;
    let found = app.db.read(move |conn| reads::by_id(conn, project, &id)).await?;
    let asset = found.ok_or_else(|| Error::not_found("this asset"))?;
    Ok(see_other(format!("/assets/{}", asset.code)))
}

impl Found {
    fn read(
        conn: &mut AnyConnection,
        service: &Orders,
        who: &Asker,
        code: &str,
        is_below: bool,
    ) -> Result<Self> {
        let (project, now) = (who.project, service.app.now());
        let asset = reads::get(conn, project, code)?;
        let forest = Forest::read(conn, who, now)?;
        let below = forest.keys_below(&asset.asset_id);
        let below_count = below.len().saturating_sub(1);
        let keys = if is_below { below } else { vec![asset.code_key.clone()] };
        let own = own_of(who);
        let open = list(conn, project, &keys, own.as_deref(), Which::Open, OPEN)?;
        let ended = list(conn, project, &keys, own.as_deref(), Which::Ended, ENDED)?;
        let rows = reads::meters(conn, project, &asset.asset_id)?;
        let events = reads::history(conn, project, &asset.asset_id)?;
        let units = reads::units(&events)?;
        let meters: Result<Vec<MeterView>> =
            rows.iter().map(|meter| MeterView::read(conn, project, (&asset, meter), &units, now)).collect();
        let rounds = Rounds::read(conn, service, who, &asset)?;
        Ok(Self { meters: meters?, asset, rounds, forest, open, ended, events, below_count })
    }
}

impl AssetPage {
    fn of(request: &HttpRequest, who: &Asker, found: Found, label: LabelView, now: Timestamp) -> Self {
        let Found { asset, rounds, forest, meters, open, ended, events, below_count } = found;
        let may = |action| who.may(action) > Grant::Never;
        let is_used = asset.retired_at.is_none();
        let line = forest.line(&asset.asset_id);
        let above: Vec<(String, String)> = line
            .iter()
            .filter(|row| row.asset_id != asset.asset_id)
            .map(|row| (row.code.clone(), row.name.clone()))
            .collect();
        let history = history::lines(&events, now);
        let lines = |rows: Vec<OrderRow>| rows.into_iter().map(|row| OrderLine::of(row, now)).collect();
        Self {
            shell: Shell::of_tab(request, format!("{} {}", asset.code, asset.name), "assets"),
            rounds,
            tree: forest.around(Some(&asset.asset_id)),
            parent: above.last().map(|(code, _)| code.clone()).unwrap_or_default(),
            above,
            letter: asset.criticality().as_str(),
            letter_words: asset.criticality().words(),
            tone: asset.criticality().tone(),
            facts: facts(&asset),
            notes: asset.facts().notes,
            since: text::moment(asset.created_at, now),
            retired: retired(&asset, now),
            meters,
            open_count: open.1,
            open: lines(open.0),
            ended_count: ended.1,
            ended: lines(ended.0),
            is_below: false,
            below_count,
            history_count: history.len(),
            history,
            label,
            may: May {
                report: is_used && may(Action::CreateDraft),
                keep: may(Action::KeepAssets),
                read: is_used && may(Action::ReadMeter),
            },
            code: asset.code,
            name: asset.name,
        }
    }
}

impl AssetPage {
    /// Whether more orders are open than are shown.
    fn has_more_open(&self) -> bool {
        usize::try_from(self.open_count).is_ok_and(|count| count > self.open.len())
    }

    /// The same of those that have ended.
    fn has_more_ended(&self) -> bool {
        usize::try_from(self.ended_count).is_ok_and(|count| count > self.ended.len())
    }
}

/// What is said of it, without what nobody said.
fn facts(asset: &AssetRow) -> Vec<(&'static str, String)> {
    let facts = asset.facts();
    let all = [
        ("Kind", facts.kind),
        ("Place", facts.place),
        ("Maker", facts.maker),
        ("Model", facts.model),
        ("Serial number", facts.serial),
    ];
    all.into_iter().filter(|(_, value)| !value.is_empty()).collect()
}

fn retired(asset: &AssetRow, now: Timestamp) -> Option<Html> {
    let at = asset.retired_at?;
    let by = Html::text(&format!("Retired by {}", asset.retired_by));
    Some(Html::joined([by, text::moment(at, now), Html::text(&asset.retired_reason)], ", "))
}
