//! `/exceptions`: what waits for an answer, who answered what and how.

use actix_web::http::StatusCode;
use actix_web::web::{Data, Path, Query};
use actix_web::{HttpRequest, HttpResponse};
use askama::Template;
use serde::Deserialize;

use crate::audit::actions;
use crate::audit::exceptions::reads::{self, ExceptionRow, Filter};
use crate::audit::exceptions::{Answer, Kind};
use crate::audit::reads::{MOST_OWN, Seen, seen_by, visible_order};
use crate::db::AnyConnection;
use crate::foundation::address::part;
use crate::foundation::{Action, Asker, Error, FieldErrors, Result, Timestamp};
use crate::state::App;
use crate::web::error::Problem;
use crate::web::page::show_with;
use crate::web::{Form, Shell, WebResult, flash, format, see_other, words};
use crate::work_orders;

use super::principal;

/// What the address asks for.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(default)]
pub struct ExceptionQuery {
    state: String,
    order: String,
}

const STATES: [(&str, &str); 3] = [("", "open"), ("answered", "answered"), ("any", "any")];

#[derive(Template)]
#[template(path = "audit/exceptions.html")]
struct Page {
    shell: Shell,
    query: ExceptionQuery,
    states: [(&'static str, &'static str); 3],
    exceptions: Vec<ExceptionView>,
    /// How many are looked through, where there may be more.
    cut_at: Option<usize>,
    /// Orders that the list is about, where the reader has more.
    own_cut: Option<String>,
    may_answer: bool,
    answers: [Answer; 3],
    /// The form that was refused, and why.
    refused: Option<Refused>,
    now: Timestamp,
}

/// A form that was refused, as it was typed.
struct Refused {
    id: String,
    errors: FieldErrors,
    how: String,
    comment: String,
    status: StatusCode,
}

/// An exception as shown, with the number of its order.
struct ExceptionView {
    row: ExceptionRow,
    number: String,
    /// Findings that came while it waits, which its words do not name.
    since: usize,
}

impl ExceptionView {
    fn trace(&self) -> String {
        format!("/traces/{}", part(&self.row.trace_id))
    }

    fn short(&self) -> String {
        format::short_id(&self.row.trace_id)
    }

    fn words(&self) -> String {
        words::exception(&self.row.kind)
    }

    fn how(&self) -> &'static str {
        self.row.how.as_deref().and_then(Answer::parse).map_or("", |answer| self.label(&answer))
    }

    #[expect(clippy::trivially_copy_pass_by_ref, reason = "templates hand over references")]
    fn label(&self, answer: &Answer) -> &'static str {
        Kind::read(&self.row.kind).map_or_else(|| answer.label(), |kind| answer.label_for(kind))
    }

    #[expect(clippy::trivially_copy_pass_by_ref, reason = "templates hand over references")]
    fn opened(&self, now: &Timestamp) -> format::Time {
        format::Time::new(self.row.opened_at, *now)
    }

    #[expect(clippy::trivially_copy_pass_by_ref, reason = "templates hand over references")]
    fn answered(&self, now: &Timestamp) -> format::Time {
        format::Time::new(self.row.resolved_at.unwrap_or(self.row.opened_at), *now)
    }
}

impl Page {
    fn fault(&self, shown: &ExceptionView, field: &str) -> Option<&str> {
        self.refused_of(shown)?.errors.get(field)
    }

    fn typed(&self, shown: &ExceptionView) -> &str {
        self.refused_of(shown).map_or("", |refused| refused.comment.as_str())
    }

    #[expect(clippy::trivially_copy_pass_by_ref, reason = "templates hand over references")]
    fn chose(&self, shown: &ExceptionView, answer: &Answer) -> bool {
        self.refused_of(shown).is_some_and(|refused| refused.how == answer.as_str())
    }

    fn refused_of(&self, shown: &ExceptionView) -> Option<&Refused> {
        self.refused.as_ref().filter(|refused| refused.id == shown.row.exception_id)
    }

    /// What was refused where no form on the page can say it: somebody else has answered meanwhile, so it is not among the open
    /// ones any more. With what was written, which would be lost.
    fn refused_elsewhere(&self) -> Option<(String, &str)> {
        let refused = self.refused.as_ref()?;
        if self.exceptions.iter().any(|shown| shown.row.exception_id == refused.id) {
            return None;
        }
        let said = ["how", "comment"].into_iter().find_map(|field| refused.errors.get(field))?;
        Some((format::sentence(said), refused.comment.as_str()))
    }
}

/// GET /exceptions
pub async fn show(request: HttpRequest, app: Data<App>, query: Query<ExceptionQuery>) -> WebResult {
    page(&request, &app, query.into_inner(), None).await
}

/// POST /exceptions/{id}/resolve
pub async fn resolve(request: HttpRequest, app: Data<App>, id: Path<String>, form: Form) -> WebResult {
    let who = principal(&request)?;
    match answer(&app, &who, id.clone(), &form).await {
        Ok(_) => Ok(flash::good(see_other("/exceptions"), "Answered. The ledger records it.")),
        Err(cause @ (Error::Invalid(_) | Error::Forbidden(_) | Error::Refused(_))) => {
            let status = Problem::of(&cause).status;
            let errors = match cause {
                Error::Invalid(errors) => errors,
                other => FieldErrors::one("comment", other.to_string()),
            };
            let (how, comment) = (form.text("how").to_owned(), form.text("comment").to_owned());
            let refused = Refused { id: id.into_inner(), errors, how, comment, status };
            page(&request, &app, ExceptionQuery::default(), Some(refused)).await
        }
        Err(cause) => Err(cause.into()),
    }
}

async fn answer(app: &App, who: &Asker, id: String, form: &Form) -> Result<String> {
    let how = Answer::parse(form.text("how"))
        .ok_or_else(|| Error::invalid("how", "choose how it was dealt with"))?;
    let comment = form.text("comment");
    actions::resolve_exception(app, who, id, how, comment).await
}

async fn page(
    request: &HttpRequest,
    app: &App,
    query: ExceptionQuery,
    refused: Option<Refused>,
) -> WebResult<HttpResponse> {
    let who = principal(request)?;
    let (asker, wanted) = (who.clone(), query.clone());
    let Listed { exceptions, cut_at, own_cut } =
        app.db.read(move |conn| views(conn, &asker, &wanted)).await?;
    let status = refused.as_ref().map_or(StatusCode::OK, |refused| refused.status);
    let page = Page {
        shell: Shell::of(request, "Exceptions", "exceptions"),
        query,
        states: STATES,
        exceptions,
        cut_at,
        own_cut,
        may_answer: who.must(Action::AnswerException).is_ok(),
        answers: Answer::ALL,
        refused,
        now: app.now(),
    };
    show_with(status, &page)
}

/// Those that the reader may see, and where the list was cut.
struct Listed {
    exceptions: Vec<ExceptionView>,
    cut_at: Option<usize>,
    own_cut: Option<String>,
}

fn views(conn: &mut AnyConnection, asker: &Asker, query: &ExceptionQuery) -> Result<Listed> {
    let project = asker.project;
    let number = query.order.trim().to_ascii_uppercase();
    let (order_id, seen) = match number.as_str() {
        "" => (None, seen_by(conn, asker)?),
        number => (Some(visible_order(conn, asker, number)?), Seen::default()),
    };
    let own_cut = seen.is_cut.then(|| format::number(MOST_OWN));
    let open = match query.state.as_str() {
        "any" => None,
        "answered" => Some(false),
        _ => Some(true),
    };
    let mut exceptions = Vec::new();
    let filter = Filter { open, order_id, seen: seen.ids, until: None };
    let rows = reads::list(conn, project, &filter)?;
    let cut_at = Some(reads::MOST).filter(|most| rows.len() == *most);
    for row in rows {
        let order = work_orders::reads::by_id(conn, project, &row.order_id)?;
        let since = if row.resolved_at.is_none() { reads::found_since(conn, &row)? } else { 0 };
        let number = order.map(|order| order.number).unwrap_or_default();
        exceptions.push(ExceptionView { row, number, since });
    }
    Ok(Listed { exceptions, cut_at, own_cut })
}
