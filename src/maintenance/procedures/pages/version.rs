//! One version of a procedure: where it stands, what is to be done with it, its plan, and what it changes.

use std::collections::BTreeSet;

use actix_web::http::header::CONTENT_DISPOSITION;
use actix_web::web::{Data, Path};
use actix_web::{HttpRequest, HttpResponse};
use askama::Template;

use super::procedure::{facts_of, plan_of};
use super::views::{Difference, settled};
use super::{gaps, hidden_orders, number_of, open};
use crate::db::AnyConnection;
use crate::foundation::{Action, ActorKind, Asker, Error, Grant, Result, Timestamp};
use crate::maintenance::procedures::actions::facts;
use crate::maintenance::procedures::compare::Line;
use crate::maintenance::procedures::decide::{Facts, barred, may_settle};
use crate::maintenance::procedures::document;
use crate::maintenance::procedures::model::{Procedure, Standing, Version, day_of};
use crate::order_pages::plan_html;
use crate::order_pages::text::{self, Html};
use crate::order_settings::policies;
use crate::state::App;
use crate::web::page::show as show_page;
use crate::web::{Principal, Shell, WebResult};
use crate::work_orders::Orders;
use crate::work_orders::model::TypeClass;
use crate::work_orders::team::{self, Gap};

#[derive(Template)]
#[template(path = "procedures/version.html")]
struct VersionPage {
    shell: Shell,
    code: String,
    title: String,
    number: u32,
    label: &'static str,
    tone: &'static str,
    by_agent: bool,
    /// Who wrote its text last, and when.
    meta: Html,
    settled: Option<Html>,
    /// Why it was sent back, while that is still to be answered.
    returned: Option<Html>,
    copied_from: Option<String>,
    digest: String,
    digest_short: String,
    facts: Vec<(&'static str, Html)>,
    /// The first day that it may be in use from, as a field wants it.
    today: String,
    plan: String,
    difference: Option<Difference>,
    gaps: Vec<Gap>,
    may: May,
    may_invite: bool,
}

/// What this person may do with it as it stands.
struct May {
    edit: bool,
    submit: bool,
    withdraw: bool,
    /// Return it, and approve it but for what keeps them from it.
    review: bool,
    /// Why they may not approve it.
    barred: Option<&'static str>,
    make: bool,
    /// Edit it as an order.
    as_order: bool,
}

impl May {
    fn of(who: &Asker, procedure: &Procedure, version: &Version, facts: &Facts) -> Self {
        let may = |action| who.may(action) > Grant::Never;
        let (state, standing) = (version.state, procedure.standing(version, facts.now));
        let is_theirs = may_settle(version, who, facts);
        let review = standing == Standing::Submitted && may(Action::ApproveProcedure);
        Self {
            edit: state.is_written() && may(Action::WriteProcedure),
            submit: state.is_written()
                && procedure.retired.is_none()
                && may(Action::SubmitProcedure)
                && is_theirs,
            withdraw: state.is_open() && may(Action::SubmitProcedure) && is_theirs,
            barred: procedure
                .retired
                .as_ref()
                .map(|_| "The procedure is retired. Take it up again before a version is approved.")
                .or_else(|| barred(version, facts))
                .filter(|_| review),
            review,
            make: standing == Standing::InUse && procedure.retired.is_none() && may(Action::CreateDraft),
            as_order: state.is_written() && may(Action::WriteProcedure) && may(Action::CreateDraft),
        }
    }
}

/// What one transaction reads of it.
struct Seen {
    procedure: Procedure,
    version: Version,
    facts: Facts,
    strip: Vec<(&'static str, Html)>,
    plan: String,
    gaps: Vec<Gap>,
    /// Numbers of orders that this person may not see.
    hidden: BTreeSet<String>,
}

/// GET `/procedures/{code}/versions/{version}`
pub async fn show(
    request: HttpRequest,
    orders: Data<Orders>,
    who: Principal,
    path: Path<(String, String)>,
) -> WebResult {
    let (code, word) = path.into_inner();
    let number = number_of(&word)?;
    let (service, asker) = (orders.get_ref().clone(), who.0.clone());
    let read = move |conn: &mut AnyConnection| Seen::read(conn, &service, &asker, &code, number);
    let seen = orders.app.db.read(read).await?;
    show_page(&page(&request, &who, &seen))
}

/// GET `/procedures/{code}/versions/{version}/markdown`: the text, byte for byte as it was written.
pub async fn markdown(app: Data<App>, who: Principal, path: Path<(String, String)>) -> WebResult {
    let (code, word) = path.into_inner();
    let (asker, number) = (who.0.clone(), number_of(&word)?);
    let read = move |conn: &mut AnyConnection| {
        let (procedure, _) = open(conn, &asker, &code)?;
        let version = procedure.find(number).ok_or_else(|| Error::not_found("this version"))?;
        Ok((format!("{}-version-{}.md", procedure.code, number), version.text.clone()))
    };
    let (name, text) = app.db.read(read).await?;
    Ok(HttpResponse::Ok()
        .content_type("text/markdown; charset=utf-8")
        .insert_header((CONTENT_DISPOSITION, format!("attachment; filename=\"{name}\"")))
        .body(text))
}

impl Seen {
    fn read(
        conn: &mut AnyConnection,
        service: &Orders,
        who: &Asker,
        code: &str,
        number: u32,
    ) -> Result<Self> {
        let (procedure, events) = open(conn, who, code)?;
        let version = procedure.find(number).cloned().ok_or_else(|| Error::not_found("this version"))?;
        let facts = facts(conn, who, &procedure, Some(number), service.app.now())?;
        let plan = plan_of(&version, facts.now)?;
        let policy = policies::reads::of(conn, who.project, TypeClass::of(&plan.order_type))?;
        let team = team::of(conn, who.project)?;
        Ok(Self {
            strip: facts_of(&plan, policy.controlled, policy.verification_waived),
            plan: plan_html(conn, service, who, document::shown(&plan), "The plan")?,
            gaps: gaps::of_version(&team, &version, &facts).into_iter().collect(),
            hidden: hidden_orders(conn, who, &events)?,
            procedure,
            version,
            facts,
        })
    }
}

fn page(request: &HttpRequest, who: &Asker, seen: &Seen) -> VersionPage {
    let Seen { procedure, version, facts, .. } = seen;
    let now = facts.now;
    let standing = procedure.standing(version, now);
    let title = format!("{}, version {}", procedure.code, version.number);
    VersionPage {
        shell: Shell::of_tab(request, title, "procedures"),
        code: procedure.code.clone(),
        title: procedure.title.clone(),
        number: version.number,
        label: standing.label(),
        tone: standing.tone(),
        by_agent: version.author.kind == ActorKind::Agent,
        meta: text::by_at(Some(&version.changed_by), Some(version.changed_at), now),
        settled: settled(version, standing, now).filter(|_| standing != Standing::Returned),
        returned: settled(version, Standing::Returned, now).filter(|_| version.state.is_written()),
        copied_from: version
            .copied_from
            .as_ref()
            .map(|from| from.number.clone())
            .filter(|number| !seen.hidden.contains(number)),
        digest: version.digest.to_hex(),
        digest_short: version.digest.short(),
        facts: seen.strip.clone(),
        today: as_day(now),
        plan: seen.plan.clone(),
        difference: difference(procedure, version, now),
        gaps: seen.gaps.clone(),
        may: May::of(who, procedure, version, facts),
        may_invite: who.may(Action::ManagePeople) == Grant::Any,
    }
}

/// `2026-12-01`, as a field for a day wants it.
fn as_day(at: Timestamp) -> String {
    day_of(at).to_chrono().format("%Y-%m-%d").to_string()
}

/// What it changes: against the version in use, else against the one before it; of the one in use, what it changed.
fn difference(procedure: &Procedure, version: &Version, now: Timestamp) -> Option<Difference> {
    let before =
        procedure.versions.iter().rev().find(|it| it.number < version.number && it.approved.is_some());
    let used = procedure.in_use(now).filter(|used| used.number < version.number);
    Difference::of(used.or(before)?, version)
}
