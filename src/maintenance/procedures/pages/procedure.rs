//! The page of one procedure: what it does and the one thing to do with it, the plan as it will be read, what the next version
//! changes, its versions, the orders made from it, and its history.

use std::collections::{BTreeSet, HashMap};

use actix_web::HttpRequest;
use actix_web::web::{Data, Path};
use askama::Template;

use super::views::{Difference, Happened, VersionView, history, settled};
use super::{gaps, hidden_orders, open};
use crate::db::AnyConnection;
use crate::foundation::ids::new_id;
use crate::foundation::{Action, Asker, Error, Grant, Result, Timestamp};
use crate::ledger::Event;
use crate::maintenance::procedures::actions::facts;
use crate::maintenance::procedures::compare::Line;
use crate::maintenance::procedures::document;
use crate::maintenance::procedures::model::{Procedure, Standing, State, Version};
use crate::maintenance::procedures::reads;
use crate::maintenance::schedules::pages::views::Card;
use crate::maintenance::schedules::reads as schedules;
use crate::order_pages::plan_html;
use crate::order_pages::text::{self, Html};
use crate::order_settings::policies;
use crate::state::App;
use crate::web::page::show as show_page;
use crate::web::{Principal, Shell, WebResult, see_other};
use crate::work_orders::Orders;
use crate::work_orders::model::{Plan, RelationKind, TypeClass};
use crate::work_orders::reads::{self as order_reads, OrderRow};
use crate::work_orders::team::{self, Gap};

/// Orders listed.
const LISTED: i64 = 50;
/// Schedules shown beside it.
const SCHEDULES: i64 = 50;

#[derive(Template)]
#[template(path = "procedures/procedure.html")]
struct ProcedurePage {
    shell: Shell,
    code: String,
    title: String,
    retired: Option<Html>,
    /// Tone and words of each chip of the head.
    marks: Vec<(&'static str, String)>,
    settled: Option<Html>,
    facts: Vec<(&'static str, Html)>,
    /// The version that orders are made from now.
    in_use: Option<u32>,
    /// The version that is not settled: its number, and whether its text may still be changed.
    open: Option<(u32, bool)>,
    /// The version whose text the page shows.
    shown: Option<u32>,
    plan: String,
    difference: Option<Difference>,
    versions: Vec<VersionView>,
    orders: Vec<OrderView>,
    /// There are more orders than these.
    is_cut: bool,
    schedules: Vec<Card>,
    /// There may be more schedules than these.
    has_more: bool,
    order_count: i64,
    history: Vec<Happened>,
    /// Events that are not shown: here all of them are.
    earlier: usize,
    gaps: Vec<Gap>,
    may: May,
    may_invite: bool,
}

/// What this person may do with it.
struct May {
    make: bool,
    write: bool,
    approve: bool,
    retire: bool,
    schedule: bool,
}

/// An order that was made from it.
struct OrderView {
    number: String,
    title: String,
    status: &'static str,
    tone: &'static str,
    version: i64,
    changed: Html,
    /// The code of the schedule that made it; empty where a person did.
    made_by: String,
    /// Steps of it that failed, and those that were flagged.
    trouble: (i64, i64),
    /// The numbers of the orders that go on with what it left.
    follow_ups: Vec<String>,
}

impl May {
    fn of(who: &Asker) -> Self {
        let may = |action| who.may(action) > Grant::Never;
        Self {
            make: may(Action::CreateDraft),
            write: may(Action::WriteProcedure),
            approve: may(Action::ApproveProcedure),
            retire: may(Action::RetireProcedure),
            schedule: may(Action::KeepSchedules),
        }
    }
}

impl OrderView {
    fn of(row: OrderRow, (made_by, follow_ups): (String, Vec<String>), now: Timestamp) -> Self {
        Self {
            made_by,
            follow_ups,
            trouble: (row.steps_failed, row.steps_flagged),
            status: row.status().label(),
            tone: text::tone_of(row.status()),
            version: row.procedure_version.unwrap_or_default(),
            changed: text::moment(row.updated_at, now),
            number: row.number,
            title: row.title,
        }
    }
}

/// What one transaction reads of it.
struct Seen {
    procedure: Procedure,
    events: Vec<Event>,
    /// Numbers of orders that this person may not see.
    hidden: BTreeSet<String>,
    orders: Vec<OrderView>,
    schedules: Vec<Card>,
    counts: HashMap<i64, i64>,
    shown: Option<u32>,
    html: String,
    gaps: Vec<Gap>,
    facts: Vec<(&'static str, Html)>,
    now: Timestamp,
}

/// GET `/procedures/{code}`
pub async fn show(
    request: HttpRequest,
    orders: Data<Orders>,
    who: Principal,
    code: Path<String>,
) -> WebResult {
    let (service, asker) = (orders.get_ref().clone(), who.0.clone());
    let seen = orders.app.db.read(move |conn| Seen::read(conn, &service, &asker, &code)).await?;
    show_page(&page(&request, &who, seen))
}

/// GET `/procedures/by-id/{id}`: the page of the procedure that the ledger knows by its id.
pub async fn by_id(app: Data<App>, who: Principal, id: Path<String>) -> WebResult {
    let project = who.project;
    let row = app.db.read(move |conn: &mut AnyConnection| reads::by_id(conn, project, &id)).await?;
    let row = row.ok_or_else(|| Error::not_found("this procedure"))?;
    Ok(see_other(format!("/procedures/{}", row.code)))
}

impl Seen {
    fn read(conn: &mut AnyConnection, service: &Orders, who: &Asker, code: &str) -> Result<Self> {
        let (procedure, events) = open(conn, who, code)?;
        let now = service.app.now();
        let (id, own) = (procedure.id.clone(), reads::own_of(who));
        let orders = orders(conn, who, &id, own.as_deref(), now)?;
        let cards = schedules::of_procedure(conn, who.project, &id, SCHEDULES)?;
        let schedules = cards.iter().map(|row| Card::of(row, now)).collect::<Result<Vec<_>>>()?;
        let counts = order_reads::made_from_versions(conn, who.project, &id, own.as_deref())?;
        let (mut gaps_here, shown) = (Vec::new(), shown(&procedure, now));
        if let Some(version) = procedure.open() {
            let facts = facts(conn, who, &procedure, Some(version.number), now)?;
            gaps_here.extend(gaps::of_version(&team::of(conn, who.project)?, version, &facts));
        }
        let plan = shown.map(|version| plan_of(version, now)).transpose()?.unwrap_or_default();
        let heading = match shown {
            Some(version) => format!("The plan of version {}", version.number),
            None => "No plan yet".to_owned(),
        };
        let html = plan_html(conn, service, who, document::shown(&plan), &heading)?;
        let policy = policies::reads::of(conn, who.project, TypeClass::of(&plan.order_type))?;
        let facts = facts_of(&plan, policy.controlled, policy.verification_waived);
        let shown = shown.map(|version| version.number);
        let hidden = hidden_orders(conn, who, &events)?;
        let gaps = gaps_here;
        Ok(Self { procedure, events, hidden, orders, schedules, counts, shown, html, gaps, facts, now })
    }
}

/// The orders made from a procedure, with who made them and what goes on with them.
fn orders(
    conn: &mut AnyConnection,
    who: &Asker,
    procedure: &str,
    own: Option<&str>,
    now: Timestamp,
) -> Result<Vec<OrderView>> {
    let rows = order_reads::made_from(conn, who.project, procedure, own, LISTED)?;
    let ids: Vec<String> = rows.iter().map(|row| row.order_id.clone()).collect();
    let makers = schedules::makers(conn, who.project, &ids)?;
    let mut orders = Vec::new();
    for row in rows {
        let maker = makers.get(&row.order_id).cloned().unwrap_or_default();
        let follow_ups = follow_ups(conn, who, &row)?;
        orders.push(OrderView::of(row, (maker, follow_ups), now));
    }
    Ok(orders)
}

/// The numbers of the orders that were opened for what failed or was flagged in one, as far as somebody may see them.
fn follow_ups(conn: &mut AnyConnection, who: &Asker, row: &OrderRow) -> Result<Vec<String>> {
    if row.steps_failed + row.steps_flagged + row.items_failed == 0 {
        return Ok(Vec::new());
    }
    let order = order_reads::load(conn, who.project, &row.order_id, None)?;
    let mut numbers = Vec::new();
    for relation in order.relations.iter().filter(|it| it.kind == RelationKind::FollowedUpBy) {
        let found = order_reads::by_id(conn, who.project, &relation.order)?;
        if found.is_some_and(|other| who.may_for(Action::ViewOrders, &other.tie(who))) {
            numbers.push(relation.number.to_string());
        }
    }
    Ok(numbers)
}

/// The version that is read on the procedure's page: the one in use, else the one that comes, else the newest that stands.
fn shown(procedure: &Procedure, now: Timestamp) -> Option<&Version> {
    let coming = || {
        let coming = |it: &&Version| procedure.standing(it, now) == Standing::Coming;
        procedure.versions.iter().rev().find(coming)
    };
    procedure.in_use(now).or_else(coming).or(procedure.base())
}

/// What a version's text says; it was read when it was written, so it can be read.
pub(super) fn plan_of(version: &Version, now: Timestamp) -> Result<Plan> {
    Ok(document::read(&version.text, &mut || new_id(now))?.plan)
}

/// What the head says of a plan.
pub(super) fn facts_of(plan: &Plan, controlled: bool, waived: bool) -> Vec<(&'static str, Html)> {
    let typed = if plan.order_type.is_empty() { "none" } else { &plan.order_type };
    let approval = if controlled { "by nobody who wrote it" } else { "by any supervisor" };
    let verification = if waived { "not asked for" } else { "always, by an auditor" };
    let mut facts = vec![("Type", Html::text(typed)), ("Priority", Html::text(plan.priority.as_str()))];
    facts.extend(
        plan.asset.as_ref().map(|asset| ("For", Html::text(&format!("{} {}", asset.name, asset.tag)))),
    );
    facts.push(("Approved", Html::text(approval)));
    facts.push(("Verification", Html::text(verification)));
    facts
}

fn page(request: &HttpRequest, who: &Asker, seen: Seen) -> ProcedurePage {
    let Seen { procedure, events, hidden, orders, schedules, counts, shown, html, gaps, facts, now } = seen;
    let count = |number: u32| counts.get(&i64::from(number)).copied().unwrap_or_default();
    let used = procedure.in_use(now);
    let versions = procedure.versions.iter().rev();
    ProcedurePage {
        shell: Shell::of_tab(request, format!("{} {}", procedure.code, procedure.title), "procedures"),
        code: procedure.code.clone(),
        title: procedure.title.clone(),
        retired: procedure.retired.as_ref().map(|told| {
            let by = text::by_at(Some(&told.by), Some(told.at), now);
            Html::joined([Html::text("Retired by"), by, Html::text(&format!("· {}", told.reason))], " ")
        }),
        marks: chips(&procedure, now),
        settled: used.and_then(|it| {
            let words = settled(it, Standing::InUse, now)?;
            Some(Html::joined([Html::text(&format!("Version {}", it.number)), words], " "))
        }),
        facts,
        in_use: used.filter(|_| procedure.retired.is_none()).map(|it| it.number),
        open: procedure.open().map(|it| (it.number, it.state.is_written())),
        shown,
        plan: html,
        difference: difference(&procedure, now),
        versions: versions.map(|it| VersionView::of(&procedure, it, count(it.number), now)).collect(),
        order_count: counts.values().sum(),
        is_cut: counts.values().sum::<i64>() > LISTED,
        orders,
        has_more: i64::try_from(schedules.len()).is_ok_and(|count| count == SCHEDULES),
        schedules,
        history: history(&events, &hidden, now),
        earlier: 0,
        gaps,
        may: May::of(who),
        may_invite: who.may(Action::ManagePeople) == Grant::Any,
    }
}

fn chips(procedure: &Procedure, now: Timestamp) -> Vec<(&'static str, String)> {
    let mut chips = Vec::new();
    if procedure.retired.is_some() {
        chips.push(("", "Retired".to_owned()));
    }
    for version in &procedure.versions {
        let standing = procedure.standing(version, now);
        let number = version.number;
        let words = match standing {
            Standing::InUse => format!("Version {number}, in use"),
            Standing::Coming => format!("Version {number}, approved for later"),
            Standing::Draft => format!("Version {number} is a draft"),
            Standing::Submitted => format!("Version {number} waits for review"),
            Standing::Returned => format!("Version {number} was returned"),
            Standing::Withdrawn | Standing::Replaced => continue,
        };
        chips.push((standing.tone(), words));
    }
    chips
}

/// What the version that comes next changes against the one in use.
fn difference(procedure: &Procedure, now: Timestamp) -> Option<Difference> {
    let used = procedure.in_use(now)?;
    let is_next = |it: &&Version| it.number > used.number && it.state != State::Withdrawn;
    Difference::of(used, procedure.versions.iter().rev().find(is_next)?)
}
