//! Why an order has its score: the sentence, what would raise it, what each claim adds or takes, and the arithmetic.

use std::collections::BTreeMap;

use actix_web::HttpRequest;
use actix_web::http::StatusCode;
use actix_web::web::{Data, Path};
use askama::Template;

use crate::audit::reads as audit;
use crate::db::AnyConnection;
use crate::foundation::address::part;
use crate::foundation::{Error, FieldErrors};
use crate::state::App;
use crate::trust::explain::{Next, Proposal, Row};
use crate::trust::history::history;
use crate::trust::reads::{Report, report_of};
use crate::trust::{View, text};
use crate::web::page::show_with;
use crate::web::{Form, Principal, Shell, WebResult, printed, read_moment};

use super::effect::{Effect, effects};
use super::history::History;
use super::summary::Summary;

#[derive(Template)]
#[template(path = "trust/order.html")]
struct Page {
    shell: Shell,
    report: Report,
    summary: Summary,
    effects: Vec<Effect>,
    /// Gives the same bytes, now and later.
    command: String,
    history: History,
    /// The moment asked for, as typed.
    as_of: String,
    errors: FieldErrors,
}

impl Page {
    fn place(&self, row: &Row) -> String {
        self.report.claims.get(&row.claim).map(|(place, _)| place.clone()).unwrap_or_default()
    }

    fn leaf(&self, row: &Row) -> String {
        row.leaf.map_or_else(|| "waiting".to_owned(), |leaf| format!("entry {leaf}"))
    }

    fn change(&self, row: &Row) -> String {
        text::signed(row.change)
    }

    fn weight(&self, row: &Row) -> String {
        weight_words(row)
    }

    /// The four numbers with their decimals.
    fn exact(&self) -> [(&'static str, String); 4] {
        let score = &self.report.explanation.score;
        [
            ("At least (assured)", text::percent(score.assured)),
            ("Likely (expected)", text::percent(score.expected)),
            ("Certainty (confidence)", text::percent(score.confidence)),
            ("Looked at (coverage)", text::percent(score.coverage)),
        ]
    }

    /// What would raise it most: the gain, what to do, its claim's page if it is about one, the words, a remark.
    fn raises(&self) -> Vec<Raise> {
        self.report.explanation.proposals.iter().take(3).map(|it| Raise::of(&self.report, it)).collect()
    }
}

/// Something to do next.
struct Raise {
    gain: String,
    verb: String,
    href: String,
    words: String,
    remark: &'static str,
}

impl Raise {
    fn of(report: &Report, it: &Proposal) -> Self {
        let (place, words) =
            report.claims.get(&it.id).cloned().unwrap_or_else(|| (it.id.clone(), String::new()));
        let claim = format!("/claims/{}", part(&it.id));
        let (verb, href, remark) = match it.next {
            Next::Verify if report.lacks_evidence(&it.id) => (
                format!("Link evidence for {place}, and have it judged anew"),
                claim,
                "not enough was shown for it",
            ),
            Next::Verify => {
                (format!("Have {place} judged"), claim, "if an independent auditor supports what it says")
            }
            Next::Settle => (format!("Mend and settle {place}"), claim, "it is refuted"),
            Next::Restore => {
                let trace = crate::audit::addresses::trace_href(&it.id, "");
                (format!("Restore trace {place}"), trace, "its bytes are not what was logged")
            }
        };
        Self { gain: text::signed_whole(it.gain), verb, href, words, remark }
    }
}

fn weight_words(row: &Row) -> String {
    serde_json::to_value(row.weight)
        .ok()
        .and_then(|value| {
            let parts = value.as_object()?.iter();
            Some(parts.map(|(name, factor)| format!("{name} {factor}")).collect::<Vec<_>>().join(" · "))
        })
        .unwrap_or_default()
}

/// Shows the explanation, at the newest checkpoint or `?as_of=` a moment. What cannot be read as one is said beside what was
/// typed, above the score of now.
pub async fn show(request: HttpRequest, app: Data<App>, number: Path<String>) -> WebResult {
    let Principal(asker) = Principal::of(&request)?;
    let typed = Form::parse(request.query_string().as_bytes())?.text("as_of").to_owned();
    let (as_of, errors) = match (!typed.is_empty()).then(|| read_moment("as_of", &typed)).transpose() {
        Ok(as_of) => (as_of, FieldErrors::default()),
        Err(Error::Invalid(errors)) => (None, errors),
        Err(cause) => return Err(cause.into()),
    };
    let (number, now) = (number.into_inner(), app.now());
    let read = move |conn: &mut AnyConnection| {
        let project = asker.project;
        let order = audit::order_id(conn, project, &number)?;
        let mut judges = BTreeMap::new();
        if let Some(order) = &order {
            audit::must_see(conn, &asker, order)?;
            let verdicts = audit::judged_claims(conn, project, order)?.into_iter().flat_map(|it| it.verdicts);
            judges = verdicts.map(|it| (it.row.verdict_id, it.row.judge_name)).collect();
        }
        let report = report_of(conn, project, &number, as_of)?;
        let past = match &order {
            Some(order) => history(conn, project, order, view_of(&report))?,
            None => Vec::new(),
        };
        Ok((report, judges, past))
    };
    let (report, judges, past) = app.db.read(read).await?;
    let shell = Shell::of(&request, format!("Trust in {}", report.number), "work-orders");
    let score = &report.explanation.score;
    let status = if errors.0.is_empty() { StatusCode::OK } else { StatusCode::UNPROCESSABLE_ENTITY };
    let page = Page {
        shell,
        history: History::of(&past, &report, now),
        summary: Summary::of(&report),
        effects: effects(&report, &judges),
        command: printed::score(&report.number, &score.as_of.to_rfc3339()),
        report,
        as_of: typed,
        errors,
    };
    show_with(status, &page)
}

fn view_of(report: &Report) -> View {
    let score = &report.explanation.score;
    View { tree_size: score.tree_size, as_of: score.as_of }
}
