//! The rules of each type of order: in words for everybody, as forms for admins, with who changed what and when.

use actix_web::HttpRequest;
use actix_web::http::StatusCode;
use actix_web::web::{Data, Path};
use askama::Template;

use crate::db::AnyConnection;
use crate::foundation::{Action, Asker, Error, FieldErrors, Grant, ProjectKey, Result, Timestamp};
use crate::ledger::events::read_stream;
use crate::order_settings::policies::events::{PolicySet, stream_of};
use crate::order_settings::policies::{PolicyChange, reads, set};
use crate::state::App;
use crate::web::page::{show as show_page, show_with};
use crate::web::{Form, Principal, Shell, WebError, WebResult, flash, format, see_other};
use crate::work_orders::model::{Closers, TypeClass, TypePolicy};
use crate::work_orders::team::{self, Gap};

/// Changes listed on the page of all types.
const LISTED: usize = 20;

#[derive(Template)]
#[template(path = "work_orders/policies.html")]
struct PoliciesPage {
    shell: Shell,
    types: Vec<TypeView>,
    changes: Vec<ChangeView>,
    may_set: bool,
    may_invite: bool,
}

#[derive(Template)]
#[template(path = "work_orders/policy.html")]
struct PolicyPage {
    shell: Shell,
    view: TypeView,
    given: Given,
    changes: Vec<ChangeView>,
    may_invite: bool,
    errors: FieldErrors,
}

/// One type with its rules.
struct TypeView {
    word: &'static str,
    name: String,
    rules: Vec<String>,
    gaps: Vec<Gap>,
}

/// One decision.
struct ChangeView {
    type_name: String,
    says: Vec<String>,
    by: String,
    at: format::Time,
}

/// What stands in the form.
struct Given {
    policy: TypePolicy,
    min_reason: String,
}

/// GET `/work-orders/policies`
pub async fn list(request: HttpRequest, app: Data<App>, who: Principal) -> WebResult {
    let (project, now) = (who.project, app.now());
    let read = move |conn: &mut AnyConnection| {
        let team = team::of(conn, project)?;
        let policies = reads::all(conn, project)?;
        let types = policies.iter().map(|(class, policy)| TypeView::of(*class, *policy, team.gaps(*policy)));
        let mut changes = Vec::new();
        for class in TypeClass::ALL {
            changes.extend(changes_of(conn, project, class, now)?);
        }
        Ok((types.collect(), changes))
    };
    let (types, changes) = app.db.read(read).await?;
    show_page(&PoliciesPage {
        shell: Shell::of(&request, "Rules of work orders", "policies"),
        types,
        changes: newest(changes),
        may_set: who.may(Action::SetOrderPolicy) == Grant::Any,
        may_invite: who.may(Action::ManagePeople) == Grant::Any,
    })
}

/// GET `/work-orders/policies/{type}`
pub async fn show(request: HttpRequest, app: Data<App>, who: Principal, word: Path<String>) -> WebResult {
    form_page(&request, &app, &who, class_of(&word)?, None, FieldErrors::default()).await
}

/// POST `/work-orders/policies/{type}`
pub async fn submit(
    request: HttpRequest,
    app: Data<App>,
    who: Principal,
    word: Path<String>,
    form: Form,
) -> WebResult {
    let class = class_of(&word)?;
    match change(&app, &who, class, &form).await {
        Ok(_) => Ok(flash::good(
            see_other(format!("/work-orders/policies/{}", class.as_str())),
            "The rules hold from now on, for orders under way too.",
        )),
        Err(Error::Invalid(errors)) => {
            form_page(&request, &app, &who, class, Some(Given::of(&form)), errors).await
        }
        Err(other) => Err(WebError(other)),
    }
}

async fn change(app: &App, who: &Asker, class: TypeClass, form: &Form) -> Result<TypePolicy> {
    let Given { policy, min_reason } = Given::of(form);
    let least = min_reason.parse();
    let least = least.map_err(|_| Error::invalid("min_reason", "write a whole number of characters"))?;
    let change = PolicyChange {
        controlled: Some(policy.controlled),
        verification_waived: Some(policy.verification_waived),
        closers: Some(policy.closers),
        closer_not_verifier: Some(policy.closer_not_verifier),
        evidence_required: Some(policy.evidence_required),
        min_reason: Some(least),
        approval_signed: Some(policy.approval_signed),
    };
    set(app, who, class, change).await
}

async fn form_page(
    request: &HttpRequest,
    app: &App,
    who: &Asker,
    class: TypeClass,
    given: Option<Given>,
    errors: FieldErrors,
) -> WebResult {
    let (project, now) = (who.project, app.now());
    let read = move |conn: &mut AnyConnection| {
        let policy = reads::of(conn, project, class)?;
        let gaps = team::of(conn, project)?.gaps(policy);
        Ok((policy, TypeView::of(class, policy, gaps), changes_of(conn, project, class, now)?))
    };
    let (policy, view, changes) = app.db.read(read).await?;
    let status = if errors.0.is_empty() { StatusCode::OK } else { StatusCode::UNPROCESSABLE_ENTITY };
    let page = PolicyPage {
        shell: Shell::of(request, format!("Rules of {}", view.name.to_lowercase()), "policies"),
        given: given.unwrap_or_else(|| Given { policy, min_reason: policy.min_reason.to_string() }),
        view,
        changes: newest(changes),
        may_invite: who.may(Action::ManagePeople) == Grant::Any,
        errors,
    };
    show_with(status, &page)
}

fn class_of(word: &str) -> Result<TypeClass> {
    TypeClass::read(word).ok_or_else(|| Error::not_found("this type of order"))
}

/// What people call a class of types.
pub(super) fn name_of(class: TypeClass) -> &'static str {
    match class {
        TypeClass::Integration => "Integration and installation",
        TypeClass::Corrective => "Repair",
        TypeClass::Preventive => "Preventive",
        TypeClass::Inspection => "Inspection",
        TypeClass::Modification => "Modification",
        TypeClass::Audit => "Audit",
        TypeClass::FollowUp => "Follow-up",
        TypeClass::Other => "Every other type",
    }
}

impl Given {
    fn of(form: &Form) -> Self {
        let is_supervisors = form.text("closers") == Closers::Supervisors.as_str();
        let closers = if is_supervisors { Closers::Supervisors } else { Closers::SupervisorsAndAuditors };
        let policy = TypePolicy {
            controlled: form.is_checked("controlled"),
            verification_waived: form.is_checked("verification_waived"),
            closers,
            closer_not_verifier: form.is_checked("closer_not_verifier"),
            evidence_required: form.is_checked("evidence_required"),
            approval_signed: form.is_checked("approval_signed"),
            ..TypePolicy::UNDECIDED
        };
        Self { policy, min_reason: form.text("min_reason").to_owned() }
    }

    fn is_supervisors(&self) -> bool {
        self.policy.closers == Closers::Supervisors
    }
}

impl TypeView {
    fn of(class: TypeClass, policy: TypePolicy, gaps: Vec<Gap>) -> Self {
        let rules = RULES.iter().map(|rule| rule.words(policy)).collect();
        Self { word: class.as_str(), name: name_of(class).to_owned(), rules, gaps }
    }
}

/// A rule of a policy, in words.
struct Rule(fn(TypePolicy) -> String);

impl Rule {
    fn words(&self, policy: TypePolicy) -> String {
        (self.0)(policy)
    }
}

fn either(holds: bool, yes: &str, no: &str) -> String {
    if holds { yes.to_owned() } else { no.to_owned() }
}

/// Every rule; each is compared by its words, so a change is told as what held and what holds.
const RULES: [Rule; 7] = [
    Rule(|it| {
        either(
            it.controlled,
            "Somebody apart from its author approves it, and each later change of its plan",
            "Its author may approve it too",
        )
    }),
    Rule(|it| {
        either(
            it.approval_signed,
            "Approving is signed, as are completing, verifying and closing",
            "Approving is not signed; completing, verifying and closing are",
        )
    }),
    Rule(|it| {
        either(
            it.verification_waived,
            "It may be closed without having been verified",
            "An auditor who did none of the work verifies it before it is closed",
        )
    }),
    Rule(|it| {
        either(
            it.closers == Closers::Supervisors,
            "Supervisors close it",
            "Supervisors and auditors close it",
        )
    }),
    Rule(|it| {
        either(
            it.closer_not_verifier,
            "Whoever verified it does not close it",
            "Whoever verified it may close it",
        )
    }),
    Rule(|it| {
        either(
            it.evidence_required,
            "Every required item needs evidence before the outcome can be \u{201c}achieved\u{201d}",
            "Items need no evidence before the outcome can be \u{201c}achieved\u{201d}; a criterion still needs what it asks for",
        )
    }),
    Rule(|it| format!("A reason has at least {} characters", it.min_reason)),
];

fn changes_of(
    conn: &mut AnyConnection,
    project: ProjectKey,
    class: TypeClass,
    now: Timestamp,
) -> Result<Vec<(Timestamp, ChangeView)>> {
    let events = read_stream(conn, &stream_of(project, class), None)?;
    let changes = events.iter().filter_map(|event| {
        let PolicySet { from, to, .. } = serde_json::from_value(event.data()).ok()?;
        let pairs = RULES.iter().map(|rule| (rule.words(from), rule.words(to)));
        let changed = pairs.filter(|(before, after)| before != after);
        let view = ChangeView {
            type_name: name_of(class).to_owned(),
            says: changed.map(|(before, after)| format!("{after}. Before: {before}")).collect(),
            by: event.actor_name().to_owned(),
            at: format::Time::new(event.at, now),
        };
        Some((event.at, view))
    });
    Ok(changes.collect())
}

fn newest(mut changes: Vec<(Timestamp, ChangeView)>) -> Vec<ChangeView> {
    changes.sort_by_key(|(at, _)| std::cmp::Reverse(*at));
    changes.into_iter().take(LISTED).map(|(_, view)| view).collect()
}
